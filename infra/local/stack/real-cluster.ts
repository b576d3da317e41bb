// A GKE cluster of the simulated cloud on a real API server, whoever started that: the front door that callers from outside
// come through, the agent's own tokens, what becomes of pods on kwok's nodes, and the watch over the processes.
import { fileURLToPath } from 'node:url'
import type { KubernetesEndpoint } from '../../../shared/clients/kubernetes-connection.ts'
import { kubernetesClient } from '../../../shared/clients/kubernetes.ts'
import type { Clock, Kubernetes } from '../../../shared/ports.ts'
import { agentTokens } from '../../kubernetes/agent-tokens.ts'
import { GRANTED_GROUP } from '../../kubernetes/control-plane/rights.ts'
import { openFrontDoor } from '../../kubernetes/front-door.ts'
import { directPods } from '../../kubernetes/kwok/pod-director.ts'
import { type Child, tailOf } from '../child-process.ts'
import type { NewCluster } from '../google-cloud/container/cluster-work.ts'
import type { FaultBoard } from '../google-cloud/faults/fault-board.ts'
import { stoppableClock } from '../kubernetes/timers.ts'
import { launchOf, type Profile } from '../profile.ts'
import { podFailure } from './cluster-faults.ts'
import type { ClusterKubernetes } from './cluster-kubernetes.ts'
import { frontDoorFaults } from './front-door-faults.ts'
import { PartFailedError } from './part-failed.ts'

export interface RealOptions {
  readonly clock: Clock
  readonly profile: Profile
  /** For logs and data. */
  readonly folder: string
  /** A program has ended that is needed. */
  readonly failed: (error: PartFailedError) => void
}

export interface RealCluster {
  readonly cluster: NewCluster
  readonly faults: FaultBoard
  /** As GKE itself, which makes nodes and runs their pods. */
  readonly asGke: KubernetesEndpoint
  /** As the front door, which may call as others. */
  readonly asFrontDoor: KubernetesEndpoint
  readonly processes: readonly Child[]
  /** Of the nodes that kwok plays; all unless given. */
  readonly nodeSelector?: string
  /** What the simulated cloud sees of it, in place of the port as it is. */
  readonly wrap?: (gke: Kubernetes) => Kubernetes
  /** Before anything is stopped. */
  readonly cleanUp?: (gke: Kubernetes) => Promise<void>
  readonly end: () => Promise<void>
}

export const STAGES = fileURLToPath(new URL('../../kubernetes/kwok/stages.yaml', import.meta.url))

export async function realCluster(
  { clock: given, profile, failed }: RealOptions,
  real: RealCluster,
): Promise<ClusterKubernetes> {
  const { cluster, faults, asGke, asFrontDoor, wrap = (gke: Kubernetes) => gke } = real
  const client = kubernetesClient({ clock: given })
  const bare = client.open(asGke)
  const gke = wrap(bare)
  const door = await openFrontDoor({
    upstream: asFrontDoor,
    groups: [GRANTED_GROUP],
    before: frontDoorFaults(faults, cluster, given),
  })
  const clock = stoppableClock(given)
  const stopped = new AbortController()
  directPods({
    kubernetes: gke,
    clock,
    signal: stopped.signal,
    ...(real.nodeSelector === undefined ? {} : { nodeSelector: real.nodeSelector }),
    delays: {
      imagePullMs: (pod) => profile.imagePull(launchOf(pod)),
      podStartMs: () => profile.podStart,
      retryMs: (tries) => profile.podRetry(tries),
    },
    fail: podFailure(faults),
  })
  const tellOfEnd = async ({ name, ended, logFile }: Child): Promise<void> => {
    const how = await ended
    if (stopped.signal.aborted) return
    const what = `${name} of ${cluster.path} ended (${how}): start the stack again`
    failed(new PartFailedError(what, await tailOf(logFile)))
  }
  for (const child of real.processes) void tellOfEnd(child)
  const agentToken = agentTokens(asGke, given)
  return {
    endpoint: door.endpoint,
    gke,
    agent: client.open({ server: asGke.server, tls: caOf(asGke), token: agentToken }),
    outside: (serviceAccount) =>
      client.open({ server: `http://${door.endpoint}`, token: async () => serviceAccount }),
    async stop() {
      await real.cleanUp?.(bare)
      stopped.abort(new Error('the cluster is deleted'))
      clock.stop()
      await door.stop()
      client.close()
      await real.end()
    },
  }
}

/** A certificate of a client would be its identity. */
function caOf({ tls: { ca, serverName } = {} }: KubernetesEndpoint): KubernetesEndpoint['tls'] {
  return { ca, serverName }
}
