// The guarantee behind every hint: each minute, whatever is due is looked at, told or not (protocol rule 19, SWEEP).
import { MalformedDocument } from '../domain/document-fault.ts'
import { parentOf } from '../domain/paths.ts'
import { nextLook } from '../domain/next-look.ts'
import { ATTEMPT_GRACE, SHARDS } from '../domain/protocol-times.ts'
import { nextRun, Run } from '../domain/run.ts'
import type { Instant } from '../domain/time.ts'
import type { StoredDocument, World } from '../ports.ts'
import { advance } from './advance.ts'
import { announce } from './announce.ts'
import { forgetOver, tellSweepFailed } from './dead-letters.ts'
import { lookAround, lookForOrphans } from './look-around.ts'
import { readMoment } from './moment.ts'
import { parkOrLog } from './park.ts'
import { reviewParked } from './review-parked.ts'
import { storeClock } from './store-clock.ts'
import { parseStored, updateOf } from './stored.ts'

const PAGE = 200
/** Runs looked at side by side in one page. */
const WIDTH = 8

export async function sweep(world: World): Promise<void> {
  const now = await storeClock(world)
  const parked = await reviewParked(world)
  const shards = Array.from({ length: SHARDS }, (_, shard) => shard)
  await Promise.all([
    ...shards.map((shard) => sweepShard(world, shard, now, parked)),
    publishForgotten(world, now, parked),
    forgetOver(world, now()),
  ])
}

/** Runs that are parked stay due: they are passed over, and keep nobody from the page. */
async function sweepShard(
  world: World,
  shard: number,
  now: () => Instant,
  parked: ReadonlySet<string>,
): Promise<void> {
  const limit = PAGE + parked.size
  for (;;) {
    const due = await world.store.find({ find: 'runs-due', shard, now: now(), limit })
    let isStuck = true
    await inParallel(due, async (document) => {
      if (parked.has(document.path)) return
      if (await sweepRun(world, document, now)) isStuck = false
    })
    // A page of which not one could be put off would be found again and again.
    if (due.length < limit || isStuck) return
  }
}

/** One at a time in each of a few lanes; a fault in one run must not keep the others waiting. */
async function inParallel<Item>(
  items: readonly Item[],
  each: (item: Item) => Promise<void>,
): Promise<void> {
  const rest = items.values()
  const lane = async (): Promise<void> => {
    for (const item of rest) await each(item)
  }
  await Promise.all(Array.from({ length: WIDTH }, lane))
}

/** Whether the run is due no more, put off by this sweep or by another. */
async function sweepRun(
  world: World,
  document: StoredDocument,
  now: () => Instant,
): Promise<boolean> {
  const path = parentOf(document.path)
  let isPutOff = false
  try {
    const run = parseStored(Run, document)
    const lateBy = 'wakeAt' in run.value ? now() - (run.value.wakeAt ?? now()) : 0
    const woken = nextRun(run.value, { type: 'woken', wakeAt: nextLook(run.value, now()) })
    if (!woken) return isPutOff
    const isTaken = await world.store.commit([updateOf(run, woken)])
    isPutOff = true
    // Refused: another sweep has come, or the run has moved on.
    if (!isTaken) return isPutOff
    await lookForOrphans(world, path, woken)
    const moment = await readMoment(world.store, path)
    if (!moment) return isPutOff
    await lookAround(world, moment, lateBy)
    await advance(world, path, { runForgotten: true })
  } catch (error) {
    await parkOrLog(world, error, 'ERROR', 'sweep of a run failed', { path })
    if (!(error instanceof MalformedDocument)) await tellSweepFailed(world, path, error)
  }
  return isPutOff
}

async function publishForgotten(
  world: World,
  now: () => Instant,
  parked: ReadonlySet<string>,
): Promise<void> {
  const before = now() - ATTEMPT_GRACE
  const limit = PAGE + parked.size
  const facts = await world.store.find({ find: 'facts-unpublished', before, limit })
  for (const { path } of facts) {
    if (parked.has(path)) continue
    try {
      await announce(world, path)
    } catch (error) {
      await parkOrLog(world, error, 'ERROR', 'fact could not be published', { path })
      if (!(error instanceof MalformedDocument)) await tellSweepFailed(world, path, error)
    }
  }
}
