// Figures that Google or Kubernetes sets and Kindling plans with. Each says where it comes from.
import { PODS_PER_BATCH } from '../domain/batches.ts'

export const limits = {
  gke: {
    /** Our budget of operations in flight for one GKE cluster; Google refuses the sixth (429). */
    operationsInFlight: 4,
    /** GKE quota page: nodes of one pool in one zone. More are sharded into pools -0, -1, ... */
    nodesPerPoolAndZone: 1000,
    /** Node pools that one shape is sharded into at most: a zone then has room for more than a GKE cluster may have. */
    shardsPerPool: 15,
    /** GKE quota page: nodes of one cluster at most; more than 5,000 only when Google has raised the project's quota. */
    nodesPerCluster: 15_000,
    /** The system pool grows to this; its nodes take room in the ranges like all others. */
    systemNodes: 10,
    /** The autoscaler slows beyond about 200 pools; the least recently used empty pool goes from here on. */
    poolsPerCluster: 100,
    /** Set per pool at creation, fixed after: one Spark pod and the DaemonSets fit, and a node takes a /26. */
    podsPerNode: 32,
    /** `gke-resource-quotas`, which GKE puts on a namespace of a small cluster and nobody can delete. */
    podsPerNamespace: 1500,
  },
  /**
   * What one process asks of one Kubernetes API. Of its 600 calls at a time (kube-apiserver's default: 400 and 200 that
   * change something) our priority level has 40 of 285 shares, so 84 (rule *fairness*): more than two processes of ours fill
   * it, and further ones queue there by namespace.
   */
  kubernetesRate: {
    atOnce: 32,
    /** A real kube-apiserver makes about so many pods a second on a few cores. A launch of 1,000 is a burst, and not slowed. */
    perSecond: 400,
  },
  cluster: {
    executors: 1000,
    /** Pods that one batch step creates. */
    podsPerBatch: PODS_PER_BATCH,
  },
} as const
