// When a pool that no cluster uses is to go. Empty it costs nothing and speeds the next launch, so it is kept for long; but
// GKE's autoscaler slows with very many, so above a number the least recently used go first. Pure.
import type { PoolEntity } from './entity.ts'
import { AUDIT_PERIOD } from './protocol-times.ts'
import { hours, type Instant } from './time.ts'

/** Hours that a pool without uses is kept, where the workspace does not say. */
const KEPT_HOURS = 24

/**
 * Whether it is known that a pool had no uses ever since it was first seen without: looked at so late, by the store's
 * clock, nobody knows (the sweep stood still, or the clock has jumped), and its time begins anew.
 */
export function isSeenWithoutGap(unusedSince: Instant, lateBy: number, now: Instant): boolean {
  return lateBy <= AUDIT_PERIOD && unusedSince <= now
}

export interface UnusedPool {
  readonly pool: PoolEntity
  readonly unusedSince: Instant
  /** All pools of its workspace. */
  readonly all: readonly PoolEntity[]
  /** Node pools of GKE that there are to be at most. */
  readonly most: number
  /** As the workspace wishes; 0 = for ever, as long as there are not too many. */
  readonly keptHours: number | undefined
  readonly now: Instant
}

export function isToRetire({ pool, unusedSince, all, most, keptHours, now }: UnusedPool): boolean {
  const kept = hours(keptHours ?? KEPT_HOURS)
  if (kept > 0 && now - unusedSince >= kept) return true
  return surplus(all, most).has(pool.pool)
}

/** Least recently used pools without uses, as many as there are too many. */
function surplus(all: readonly PoolEntity[], most: number): ReadonlySet<string> {
  const there = all.filter(({ state }) => state !== 'RETIRED' && state !== 'FAILED')
  let tooMany = there.reduce((sum, pool) => sum + sizeOf(pool), 0) - most
  const going = new Set<string>()
  // What is on its way out counts as gone.
  for (const pool of there.toSorted(byUse)) {
    if (tooMany <= 0) break
    if (pool.want !== 'down' && pool.unusedSince === undefined) continue
    going.add(pool.pool)
    tooMany -= sizeOf(pool)
  }
  return going
}

/** Node pools of GKE. */
const sizeOf = ({ shards = 1 }: PoolEntity): number => shards

/** Going already, then longest unused; names decide between equals, so that all looks agree. */
function byUse(a: PoolEntity, b: PoolEntity): number {
  return rank(a) - rank(b) || (a.pool < b.pool ? -1 : 1)
}

const rank = ({ want, unusedSince = 0 }: PoolEntity): number => (want === 'down' ? -1 : unusedSince)
