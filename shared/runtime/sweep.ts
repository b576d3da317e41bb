// The guarantee behind every hint: each minute, whatever is due is looked at, told or not (protocol rule 19, SWEEP).
import { parentOf } from '../domain/paths.ts'
import { nextLook } from '../domain/next-look.ts'
import { ATTEMPT_GRACE } from '../domain/protocol-times.ts'
import { nextRun, Run } from '../domain/run.ts'
import type { Instant } from '../domain/time.ts'
import type { StoredDocument, World } from '../ports.ts'
import { advance } from './advance.ts'
import { announce } from './announce.ts'
import { textOf } from './failures.ts'
import { SHARDS } from './generation.ts'
import { lookAround, lookForOrphans } from './look-around.ts'
import { readMoment } from './moment.ts'
import { storeClock } from './store-clock.ts'
import { parseStored, updateOf } from './stored.ts'

const PAGE = 200
/** Runs looked at side by side in one page. */
const WIDTH = 8

export async function sweep(world: World): Promise<void> {
  const now = await storeClock(world)
  const shards = Array.from({ length: SHARDS }, (_, shard) => shard)
  await Promise.all([
    ...shards.map((shard) => sweepShard(world, shard, now)),
    publishForgotten(world, now),
  ])
}

async function sweepShard(world: World, shard: number, now: () => Instant): Promise<void> {
  for (;;) {
    const due = await world.store.find({ find: 'runs-due', shard, now: now(), limit: PAGE })
    let isStuck = true
    await inParallel(due, async (document) => {
      if (await sweepRun(world, document, now)) isStuck = false
    })
    // A page of which not one could be put off would be found again and again.
    if (due.length < PAGE || isStuck) return
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
    world.log('ERROR', 'sweep of a run failed', { path, error: textOf(error) })
  }
  return isPutOff
}

async function publishForgotten(world: World, now: () => Instant): Promise<void> {
  const before = now() - ATTEMPT_GRACE
  const facts = await world.store.find({ find: 'facts-unpublished', before, limit: PAGE })
  for (const { path } of facts) {
    try {
      await announce(world, path)
    } catch (error) {
      world.log('ERROR', 'fact could not be published', { path, error: textOf(error) })
    }
  }
}
