// What the simulated container API knows of a cluster and its pools.
import { frozenCopy } from '../../kubernetes/frozen-json.ts'
import type { GkeCluster, NodePool, StatusCondition } from '../../../../shared/google-cloud.ts'
import type { ClusterRuntime } from './cluster-runtime.ts'
import { poolPath } from './container-paths.ts'

export interface PoolRecord {
  readonly path: string
  readonly spec: NodePool
  readonly locations: readonly string[]
  status: NonNullable<NodePool['status']>
  conditions: readonly StatusCondition[]
}

export interface ClusterRecord {
  readonly path: string
  readonly project: string
  readonly location: string
  readonly name: string
  /** E-mail of whom it was made by. */
  readonly maker: string
  readonly id: string
  /** As requested, without its pools, and changed since. */
  spec: GkeCluster
  readonly locations: readonly string[]
  readonly pools: Map<string, PoolRecord>
  status: NonNullable<GkeCluster['status']>
  conditions: readonly StatusCondition[]
  /** Its Kubernetes, nodes and autoscaler, from the end of CREATE_CLUSTER to the end of DELETE_CLUSTER. */
  runtime: ClusterRuntime | undefined
}

export function newPoolRecord(
  cluster: string,
  spec: NodePool,
  locations: readonly string[],
): PoolRecord {
  return {
    path: poolPath(cluster, spec.name),
    spec: frozenCopy(withoutOutput(spec)),
    locations,
    status: 'PROVISIONING',
    conditions: [],
  }
}

type Identity = Pick<ClusterRecord, 'path' | 'project' | 'location' | 'maker' | 'id' | 'locations'>

/** Without pools: the caller adds them. */
export function newClusterRecord(cluster: GkeCluster, identity: Identity): ClusterRecord {
  const { nodePools: _nodePools, ...spec } = cluster
  return {
    ...identity,
    name: cluster.name,
    spec: frozenCopy(withoutOutput(spec)),
    pools: new Map(),
    status: 'PROVISIONING',
    conditions: [],
    runtime: undefined,
  }
}

/** Whether pools may be made and deleted in the cluster. */
export function isSettled({ status }: ClusterRecord): boolean {
  return status === 'RUNNING' || status === 'DEGRADED' || status === 'RECONCILING'
}

/** Output fields in a request are ignored. */
function withoutOutput<T extends GkeCluster | NodePool>(resource: T): T {
  const { status: _status, conditions: _conditions, ...input } = resource
  // The two are optional in both types.
  return input as T
}
