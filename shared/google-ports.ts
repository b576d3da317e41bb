// The ways to touch Google Cloud, as types, opened for one workspace (`World` in ports.ts). All calls are asynchronous and may
// fail with a `CallError`.
import type { GkeClusterSettings, MaintenancePolicy } from './gke-cluster-settings.ts'
import type {
  ComputeOperation,
  ComputeQuota,
  GkeCluster,
  GkeOperation,
  NetworkCollection,
  NetworkResources,
  NodePool,
} from './google-cloud.ts'

/** Mutating calls return at once with an operation; they throw `exists`, `not-found`, `busy`, `rate`, `quota`, `denied`, `invalid`. */
export interface Gke {
  getCluster(cluster: string): Promise<GkeCluster | undefined>
  /** Every cluster of the region, ours or not. Throws `unavailable` when a zone does not answer: the list is never partial. */
  listClusters(): Promise<GkeCluster[]>
  createCluster(cluster: GkeCluster): Promise<GkeOperation>
  deleteCluster(cluster: string): Promise<GkeOperation>
  /** Changes one setting of a cluster; GKE takes no more than one in a call (`invalid`). */
  updateCluster(cluster: string, change: GkeClusterSettings): Promise<GkeOperation>
  setMaintenancePolicy(cluster: string, policy: MaintenancePolicy): Promise<GkeOperation>
  getNodePool(cluster: string, pool: string): Promise<NodePool | undefined>
  /** Throws `not-found` without the cluster. */
  listNodePools(cluster: string): Promise<NodePool[]>
  createNodePool(cluster: string, pool: NodePool): Promise<GkeOperation>
  deleteNodePool(cluster: string, pool: string): Promise<GkeOperation>
  getOperation(operation: string): Promise<GkeOperation | undefined>
}

export interface Network {
  /** The zones of the workspace's region, in order. */
  listZones(): Promise<string[]>
  /** The project's quotas in the region, as they stand: usage lags behind by minutes. */
  listQuotas(): Promise<ComputeQuota[]>
  /** Whether the zone offers machines of this type at all; not whether there are any now. */
  hasMachineType(zone: string, machineType: string): Promise<boolean>
  get<C extends NetworkCollection>(
    collection: C,
    name: string,
  ): Promise<NetworkResources[C] | undefined>
  /** All of a collection, ours or not, ordered by name; of the region where the collection has one. Never partial. */
  list<C extends NetworkCollection>(collection: C): Promise<NetworkResources[C][]>
  /** `requestId`: a UUID; Compute ignores a repeat of the same one. Throws `exists`, `invalid`, `busy` (a parent not ready), `rate`. */
  insert<C extends NetworkCollection>(
    collection: C,
    resource: NetworkResources[C],
    requestId: string,
  ): Promise<ComputeOperation>
  /** Replaces the fields given; name, network, direction and action of a rule stay. Throws `not-found`, `invalid`, `busy`. */
  patch<C extends 'routers' | 'firewalls'>(
    collection: C,
    resource: NetworkResources[C],
    requestId: string,
  ): Promise<ComputeOperation>
  /** Throws `not-found`, `busy` (still in use). */
  delete(collection: NetworkCollection, name: string, requestId: string): Promise<ComputeOperation>
  getOperation(operation: ComputeOperation): Promise<ComputeOperation>
}
