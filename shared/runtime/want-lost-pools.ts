// A cluster that runs on keeps the pools that it wants. GKE may say long after the first machines came that a pool could not
// be made; the pool then ends as failed, and with it those machines. A launch fails of that. What runs goes on without, and
// its pool is wanted again: nobody else would ask for it.
import { PoolEntity, WorkspaceEntity } from '../domain/entity.ts'
import { canLaunch } from '../domain/hibernation.ts'
import { entityPath, workspacePath } from '../domain/paths.ts'
import { distinctShapes, poolOf } from '../domain/pool.ts'
import type { World } from '../ports.ts'
import { wantPools } from './launch.ts'
import type { Moment } from './moment.ts'
import { read } from './stored.ts'

/** By the sweep, for what has not settled: its back-off keeps a pool that fails each time from being tried without a pause. */
export async function wantLostPools(world: World, { entity, run }: Moment): Promise<void> {
  const cluster = entity.value
  if (cluster.kind !== 'cluster' || cluster.want !== 'up' || run.value.is !== 'active') return
  if (cluster.state !== 'RUNNING' && cluster.state !== 'RESIZING') return
  const { account, workspace: id, spec } = cluster
  const pools = await Promise.all(
    distinctShapes(spec).map((shape) => {
      const pool = { kind: 'pool', account, workspace: id, pool: poolOf(shape) } as const
      return read(world.store, entityPath(pool), PoolEntity)
    }),
  )
  // Nobody retires a pool that a cluster uses.
  if (!pools.some((pool) => pool?.value.state === 'FAILED')) return
  const workspace = (await read(world.store, workspacePath(account, id), WorkspaceEntity))?.value
  if (!canLaunch(workspace)) return
  const shards = new Map(pools.flatMap((pool) => shardsOf(pool?.value)))
  await wantPools(world, workspace, spec, shards)
}

function shardsOf(pool: PoolEntity | undefined): [pool: string, shards: number][] {
  return pool?.shards === undefined ? [] : [[pool.pool, pool.shards]]
}
