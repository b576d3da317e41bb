// A cluster's launch in a workspace that runs: its pools are made wanted, then its plan is frozen with the workspace's
// outputs, in the transaction of whoever asks (a request, or the workspace that has come to run).
import type { ClusterSpec, WorkspaceEntity } from '../domain/entity.ts'
import { PoolEntity } from '../domain/entity.ts'
import { entityPath, usePath } from '../domain/paths.ts'
import type { Identity, SubjectOf } from '../domain/plan.ts'
import { distinctShapes, type PoolPlace, poolOf, shapesOf } from '../domain/pool.ts'
import type { Shards } from '../domain/pre-flight.ts'
import type { Use } from '../domain/records.ts'
import { isKeptWarm } from '../domain/warm-nodes.ts'
import { zoneOf } from '../domain/zone.ts'
import type { Instant } from '../domain/time.ts'
import type { Transaction, World, Write } from '../ports.ts'
import { createOf, read } from './stored.ts'
import { isIn, wantPool } from './want-pool.ts'

export type RunningWorkspace = Extract<WorkspaceEntity, { state: 'RUNNING' }>

export function identityOf({ account, workspace, spec }: RunningWorkspace): Identity {
  const { project, region, serviceAccount } = spec
  return { account, workspace, project, region, serviceAccount }
}

function placeOf(workspace: RunningWorkspace): PoolPlace {
  const { spec, outputs } = workspace
  return { identity: identityOf(workspace), zones: spec.zones, gkeCluster: outputs.gkeCluster }
}

/** Before the transaction: the pools that the cluster's machines come from are wanted up. */
export async function wantPools(
  world: World,
  workspace: RunningWorkspace,
  spec: ClusterSpec,
  shards: Shards,
): Promise<void> {
  const place = placeOf(workspace)
  await Promise.all(
    distinctShapes(spec).map((shape) =>
      wantPool(world, place, shape, shards.get(poolOf(shape)) ?? 1),
    ),
  )
}

/** In the transaction: false when a pool is no longer wanted, so that the caller must begin again. */
export async function arePoolsWanted(
  transaction: Transaction,
  workspace: RunningWorkspace,
  spec: ClusterSpec,
): Promise<boolean> {
  const pools = await Promise.all(
    distinctShapes(spec).map((shape) =>
      read(transaction, poolPath(workspace, poolOf(shape)), PoolEntity),
    ),
  )
  return pools.every(
    (pool) => pool?.value.want === 'up' && isIn(workspace.outputs.gkeCluster, pool.value),
  )
}

function poolPath({ account, workspace }: RunningWorkspace, pool: string): string {
  return entityPath({ kind: 'pool', account, workspace, pool })
}

/** The uses that keep the pools from being retired; those that are there already stay. */
export async function usesOfPools(
  transaction: Transaction,
  workspace: RunningWorkspace,
  cluster: string,
  spec: ClusterSpec,
  since: Instant,
): Promise<Write[]> {
  const paths = distinctShapes(spec).map((shape) =>
    usePath(poolPath(workspace, poolOf(shape)), cluster),
  )
  const there = await Promise.all(paths.map((path) => transaction.get(path)))
  const use: Use = { cluster, since }
  return paths.filter((_, at) => !there[at]).map((path) => createOf(path, use))
}

/** What the cluster's steps are told. */
export function clusterSubject(
  workspace: RunningWorkspace,
  cluster: string,
  spec: ClusterSpec,
  epoch: number,
  isSmaller?: true,
): SubjectOf<'cluster'> {
  const { identity, zones, gkeCluster } = placeOf(workspace)
  const shapes = shapesOf(spec)
  const { warm } = workspace.spec
  const zone = zoneOf(spec, cluster, zones, warm)
  return {
    kind: 'cluster',
    identity,
    zones: [...zones],
    gkeCluster,
    endpoint: workspace.outputs.endpoint,
    ranges: workspace.spec.ranges,
    cluster,
    spec,
    epoch,
    ...(isSmaller ? { isSmaller } : {}),
    ...(isKeptWarm(warm, spec.driver.machineType) ? { hasWarmDriver: true as const } : {}),
    ...(zone === undefined ? {} : { zone }),
    pools: { driver: poolOf(shapes.driver), executor: poolOf(shapes.executor) },
  }
}
