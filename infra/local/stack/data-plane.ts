// The customers' side of the local stack: Google Cloud, and in it a Kubernetes with nodes, pods and the agent for every
// GKE cluster that is created.
import { CallError } from '../../../shared/call-error.ts'
import { labelKeys } from '../../../shared/manifests/labels.ts'
import type { KubernetesObject } from '../../../shared/manifests/object.ts'
import type { Bus, Kubernetes, Log, WorkspaceIdentity, World } from '../../../shared/ports.ts'
import type { EngineClock } from '../clock.ts'
import { endsGkeOperation, tellsOfBlockedScaleUp } from '../google-cloud/audit-log.ts'
import { type GoogleCloudEngine, googleCloudEngine } from '../google-cloud/google-cloud-engine.ts'
import type { FaultBoard } from '../google-cloud/faults/fault-board.ts'
import type { NewCluster } from '../google-cloud/container/cluster-work.ts'
import type { StartedKubernetes } from '../google-cloud/container/cluster-runtime.ts'
import { type KubernetesEngine, kubernetesEngine } from '../kubernetes/engine.ts'
import type { Profile } from '../profile.ts'
import { type AgentPods, type AgentPodsOptions, runAgentPods } from './agent-pods.ts'
import { agentBus, endpointFaults, followQuotaConflicts, podFailure } from './cluster-faults.ts'
import { driverActivity } from '../../workspace/agent/driver-api.ts'
import type { AdmitSession } from '../../workspace/agent/session-admission.ts'
import { type SessionAnswer, unreachable } from '../../../shared/domain/session-admission.ts'
import { type Drivers, simulatedDrivers } from './drivers.ts'
import { keepNamespaceQuotas } from './namespace-quotas.ts'

export interface DataPlaneOptions {
  readonly clock: EngineClock
  readonly profile: Profile
  /** Ends of GKE operations, and refusals. */
  readonly auditLog: (entry: unknown) => void
  /** What the autoscaler says of nodes that it could not bring. */
  readonly autoscalerLog: (entry: unknown) => void
  readonly busAs: (member: string) => Bus
  readonly log: Log
  /** Puts a cluster's Kubernetes where others reach it; without it, only this process does. */
  readonly expose?: (engine: KubernetesEngine, name: string) => Promise<Exposed>
  /** The same for the endpoint of an agent. */
  readonly exposeSessions?: AgentPodsOptions['exposeSessions']
}

export interface Exposed {
  readonly endpoint: string
  stop(): Promise<void>
}

export interface DataPlane extends Pick<World, 'gke' | 'network' | 'kubernetes'> {
  readonly cloud: GoogleCloudEngine
  readonly drivers: Drivers
  /** Asks the agent of the cluster whose namespace this is; one that it admits is open on the driver from then on. */
  readonly openSession: AdmitSession
  /** The Kubernetes engines that run, by endpoint. */
  readonly clusters: ReadonlyMap<string, KubernetesEngine>
  stop(): Promise<void>
}

export function dataPlane(options: DataPlaneOptions): DataPlane {
  const { clock, profile } = options
  const clusters = new Map<string, KubernetesEngine>()
  const agents = new Map<KubernetesEngine, AgentPods>()
  const drivers = simulatedDrivers(clock)
  const cloud = googleCloudEngine({
    clock,
    profile,
    // The sinks' filters, as in a deployment.
    auditLog: (entry) => {
      if (endsGkeOperation(entry)) options.auditLog(entry)
      if (tellsOfBlockedScaleUp(entry)) options.autoscalerLog(entry)
    },
    startKubernetes: (cluster) =>
      startCluster(cluster, { clusters, agents, drivers }, cloud.faults, options),
  })

  function kubernetes(workspace: WorkspaceIdentity, endpoint: string): Kubernetes {
    const engine = clusters.get(endpoint)
    if (engine) return engine.face(workspace.serviceAccount)
    throw new CallError('unavailable', `kubernetes: nothing answers at ${endpoint}`)
  }

  async function openSession(namespace: string): Promise<SessionAnswer> {
    const ref = { apiVersion: 'v1', kind: 'Namespace', name: namespace }
    for (const [engine, pods] of agents) {
      if (!(await engine.face('system:masters').get(ref))) continue
      const answer = await pods.admit(namespace)
      if (answer.is === 'admitted') drivers.changeSessions(namespace, 1)
      return answer
    }
    return unreachable(namespace, 'its namespace is in no GKE cluster')
  }

  return {
    cloud,
    drivers,
    openSession,
    clusters,
    gke: (workspace) => cloud.face(workspace).gke,
    network: (workspace) => cloud.face(workspace).network,
    kubernetes,
    stop: () => cloud.stop(),
  }
}

interface Running {
  readonly clusters: Map<string, KubernetesEngine>
  readonly agents: Map<KubernetesEngine, AgentPods>
  readonly drivers: Drivers
}

async function startCluster(
  cluster: NewCluster,
  running: Running,
  faults: FaultBoard,
  { clock, profile, busAs, log, exposeSessions, expose = unexposed }: DataPlaneOptions,
): Promise<StartedKubernetes> {
  const { name, project, location } = cluster
  const engine = kubernetesEngine({ clock, before: endpointFaults(faults, cluster) })
  const forgets = [
    followQuotaConflicts(faults, cluster, engine),
    keepNamespaceQuotas({ faults, place: cluster, engine, clock }),
  ]
  const exposed = await expose(engine, `${name}.${project}.${location}.gke.goog`)
  const companions = engine.startCompanions({
    delays: {
      imagePullMs: (pod) => profile.imagePull(launchOf(pod)),
      podStartMs: () => profile.podStart,
      retryMs: (tries) => profile.podRetry(tries),
    },
    fail: podFailure(faults),
  })
  const { clusters, drivers } = running
  const agents = runAgentPods({
    clock,
    face: (user) => engine.face(user),
    busAs: (member) => agentBus(busAs(member), faults, cluster),
    project,
    activity: (namespace) => driverActivity(drivers.api, namespace),
    log,
    ...(exposeSessions ? { exposeSessions } : {}),
  })
  running.agents.set(engine, agents)
  clusters.set(exposed.endpoint, engine)
  return {
    endpoint: exposed.endpoint,
    kubernetes: engine.face('system:masters'),
    async stop() {
      clusters.delete(exposed.endpoint)
      running.agents.delete(engine)
      for (const forget of forgets) forget()
      await exposed.stop()
      await agents.stop()
      companions.stop()
      engine.stop()
    },
  }
}

async function unexposed(_engine: KubernetesEngine, name: string): Promise<Exposed> {
  return { endpoint: name, stop: async () => {} }
}

/** Pods of one launch pull alike. */
function launchOf({ metadata }: KubernetesObject): string {
  return `${metadata.namespace ?? ''}/${metadata.labels?.[labelKeys.cluster] ?? ''}`
}
