// A pool that nobody uses is retired (protocol rule 10): marked first, then its uses are counted, then it goes, on the version
// that was marked, or the mark does. A launch that wants it meanwhile changes that version, and wins.
import { limits } from '../catalog/limits.ts'
import { PoolEntity, WorkspaceEntity } from '../domain/entity.ts'
import { poolsOf, usesOf, workspacePath } from '../domain/paths.ts'
import { reasonOf } from '../domain/reasons/reason.ts'
import { isSeenWithoutGap, isToRetire } from '../domain/unused-pool.ts'
import type { Instant } from '../domain/time.ts'
import type { World } from '../ports.ts'
import type { Moment } from './moment.ts'
import { read, readReadable, type Stored, updateOf } from './stored.ts'
import { takeDown } from './take-down.ts'

/** Looks at a pool whose run has settled. `lateBy`: how much later than it was due, by the store's clock. */
export async function considerUnused(world: World, moment: Moment, lateBy: number): Promise<void> {
  const { path, run, situation } = moment
  if (run.value.is !== 'settled' || run.value.direction === 'down') return
  const pool = await read(world.store, path, PoolEntity)
  if (!pool || pool.value.want === 'down') return
  if (await isUsed(world, path)) {
    const isQuiet = pool.value.want === 'up' && pool.value.unusedSince === undefined
    if (!isQuiet) await keep(world, pool)
    return
  }
  const { now } = situation
  const { unusedSince } = pool.value
  if (unusedSince === undefined || !isSeenWithoutGap(unusedSince, lateBy, now)) {
    await keep(world, pool, now)
    return
  }
  if (await isDue(world, pool.value, unusedSince, now)) await retire(world, pool, unusedSince)
}

async function isUsed(world: World, path: string): Promise<boolean> {
  return (await world.store.list(usesOf(path), { limit: 1 })).length > 0
}

/** Refused: somebody else has changed it, and will look or has looked. */
function keep(world: World, pool: Stored<PoolEntity>, unusedSince?: Instant): Promise<boolean> {
  const { unusedSince: _, ...kept } = pool.value
  const since = unusedSince === undefined ? {} : { unusedSince }
  return world.store.commit([updateOf(pool, { ...kept, want: 'up', ...since })])
}

async function isDue(
  world: World,
  pool: PoolEntity,
  unusedSince: Instant,
  now: Instant,
): Promise<boolean> {
  const place = workspacePath(pool.account, pool.workspace)
  const [workspace, all] = await Promise.all([
    read(world.store, place, WorkspaceEntity),
    readReadable(world.store, poolsOf(place), PoolEntity),
  ])
  const home = workspace?.value
  // It went with its GKE cluster: there is nothing to keep.
  if (home?.state === 'RUNNING' && home.hibernation === 'HIBERNATED') return true
  const keptHours = workspace?.value.spec.poolIdleHours
  const most = limits.gke.poolsPerCluster
  const pools = all.readable.map(({ value }) => value)
  return isToRetire({ pool, unusedSince, all: pools, most, keptHours, now })
}

async function retire(world: World, pool: Stored<PoolEntity>, since: Instant): Promise<void> {
  const { path } = pool.document
  const isMarked =
    pool.value.want === 'marked' ||
    (await world.store.commit([updateOf(pool, { ...pool.value, want: 'marked' })]))
  // Refused: a launch was first.
  if (!isMarked) return
  const marked = await read(world.store, path, PoolEntity)
  if (marked?.value.want !== 'marked') return
  if (await isUsed(world, path)) {
    await keep(world, marked)
    return
  }
  const reason = reasonOf('POOL_UNUSED', { unused_since: new Date(since).toISOString() })
  const { generation } = marked.value
  const { version } = marked.document
  await takeDown(world, path, { generation, version, reason, by: 'unused' })
}
