// The customers' side of the local stack: Google Cloud, and in it a Kubernetes with nodes, pods and the agent for every
// GKE cluster that is created.
import { CallError } from '../../../shared/call-error.ts'
import type {
  Clock,
  Bus,
  Kubernetes,
  Log,
  WorkspaceIdentity,
  World,
} from '../../../shared/ports.ts'
import { type SessionAnswer, unreachable } from '../../../shared/domain/session-admission.ts'
import { driverActivity } from '../../workspace/agent/driver-api.ts'
import type { AdmitSession } from '../../workspace/agent/session-admission.ts'
import { endsGkeOperation, tellsOfBlockedScaleUp } from '../google-cloud/audit-log.ts'
import type { StartedKubernetes } from '../google-cloud/container/cluster-runtime.ts'
import type { NewCluster } from '../google-cloud/container/cluster-work.ts'
import type { FaultBoard } from '../google-cloud/faults/fault-board.ts'
import { type GoogleCloudEngine, googleCloudEngine } from '../google-cloud/google-cloud-engine.ts'
import type { Profile } from '../profile.ts'
import { type AgentPods, type AgentPodsOptions, runAgentPods } from './agent-pods.ts'
import { agentBus } from './cluster-faults.ts'
import type { ClusterKubernetes, KubernetesBackEnd } from './cluster-kubernetes.ts'
import { type Drivers, simulatedDrivers } from './drivers.ts'
import { keepNamespaceQuotas } from './namespace-quotas.ts'

export interface DataPlaneOptions {
  readonly clock: Clock
  readonly profile: Profile
  /** Ends of GKE operations, and refusals. */
  readonly auditLog: (entry: unknown) => void
  /** What the autoscaler says of nodes that it could not bring. */
  readonly autoscalerLog: (entry: unknown) => void
  readonly busAs: (member: string) => Bus
  readonly log: Log
  readonly kubernetes: KubernetesBackEnd
  /** Puts the endpoint of an agent where others reach it; without it, only this process does. */
  readonly exposeSessions?: AgentPodsOptions['exposeSessions']
  readonly agentProcess?: AgentPodsOptions['process']
}

export interface DataPlane extends Pick<World, 'gke' | 'network' | 'kubernetes'> {
  readonly cloud: GoogleCloudEngine
  readonly drivers: Drivers
  /** Asks the agent of the cluster whose namespace this is; one that it admits is open on the driver from then on. */
  readonly openSession: AdmitSession
  /** The embedded engines that run, by endpoint; none where Kubernetes is real. */
  readonly clusters: KubernetesBackEnd['engines']
  /** Where the Kubernetes of each GKE cluster answers. */
  endpoints(): string[]
  stop(): Promise<void>
}

export function dataPlane(options: DataPlaneOptions): DataPlane {
  const { clock, profile } = options
  const running = new Map<string, Running>()
  const drivers = simulatedDrivers(clock)
  const cloud = googleCloudEngine({
    clock,
    profile,
    // The sinks' filters, as in a deployment.
    auditLog: (entry) => {
      if (endsGkeOperation(entry)) options.auditLog(entry)
      if (tellsOfBlockedScaleUp(entry)) options.autoscalerLog(entry)
    },
    startKubernetes: (cluster) => startCluster(cluster, running, drivers, cloud.faults, options),
  })

  function kubernetes(workspace: WorkspaceIdentity, endpoint: string): Kubernetes {
    const found = running.get(endpoint)
    if (found) return found.kubernetes.outside(workspace.serviceAccount)
    throw new CallError('unavailable', `kubernetes: nothing answers at ${endpoint}`)
  }

  async function openSession(namespace: string): Promise<SessionAnswer> {
    const ref = { apiVersion: 'v1', kind: 'Namespace', name: namespace }
    for (const { kubernetes, agents } of running.values()) {
      if (!(await kubernetes.gke.get(ref))) continue
      const answer = await agents.admit(namespace)
      if (answer.is === 'admitted') drivers.changeSessions(namespace, 1)
      return answer
    }
    return unreachable(namespace, 'its namespace is in no GKE cluster')
  }

  return {
    cloud,
    drivers,
    openSession,
    clusters: options.kubernetes.engines,
    endpoints: () => [...running.keys()],
    gke: (workspace) => cloud.face(workspace).gke,
    network: (workspace) => cloud.face(workspace).network,
    kubernetes,
    stop: () => cloud.stop(),
  }
}

interface Running {
  readonly kubernetes: ClusterKubernetes
  readonly agents: AgentPods
}

async function startCluster(
  cluster: NewCluster,
  running: Map<string, Running>,
  drivers: Drivers,
  faults: FaultBoard,
  { clock, kubernetes, busAs, log, exposeSessions, agentProcess }: DataPlaneOptions,
): Promise<StartedKubernetes> {
  const started = await kubernetes.start(cluster, faults)
  const { endpoint, gke, agent, isForeign } = started
  const forget = isForeign
    ? undefined
    : keepNamespaceQuotas({ faults, place: cluster, kubernetes: gke, clock })
  const agents = runAgentPods({
    clock,
    nodes: gke,
    agent,
    busAs: (member) => agentBus(busAs(member), faults, cluster),
    project: cluster.project,
    activity: (namespace) => driverActivity(drivers.api, namespace),
    log,
    process: agentProcess,
    ...(exposeSessions ? { exposeSessions } : {}),
  })
  running.set(endpoint, { kubernetes: started, agents })
  return {
    endpoint,
    kubernetes: gke,
    isForeign,
    async stop() {
      running.delete(endpoint)
      forget?.()
      await agents.stop()
      await started.stop()
    },
  }
}
