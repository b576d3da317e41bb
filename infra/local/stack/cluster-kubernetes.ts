// The Kubernetes of one GKE cluster of the simulated cloud, whatever answers for its API.
import type { Kubernetes } from '../../../shared/ports.ts'
import type { NewCluster } from '../google-cloud/container/cluster-work.ts'
import type { FaultBoard } from '../google-cloud/faults/fault-board.ts'
import type { KubernetesEngine } from '../kubernetes/engine.ts'

export interface ClusterKubernetes {
  /** Where callers from outside reach it: `HOST:PORT`, or a name that only this process knows. */
  readonly endpoint: string
  /** As GKE itself, which makes the nodes and runs what is on them. */
  readonly gke: Kubernetes
  /** Under the service account of the workspace's agent. */
  readonly agent: Kubernetes
  /** Somebody else's cluster: nothing is put there but what Kindling needs. */
  readonly isForeign?: true
  /** As somebody outside, by the name of their service account. */
  outside(serviceAccount: string): Kubernetes
  stop(): Promise<void>
}

export interface KubernetesBackEnd {
  /** Brings one up for a cluster that has been created; what `faults` say befalls it as long as it runs. */
  readonly start: (cluster: NewCluster, faults: FaultBoard) => Promise<ClusterKubernetes>
  /** The embedded engines that run, by endpoint; none where Kubernetes is real. */
  readonly engines: ReadonlyMap<string, KubernetesEngine>
}
