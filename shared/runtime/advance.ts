// Looks at one entity and does what `decide` says, until it says nothing more (protocol, ADVANCE). Called by whoever wrote
// what it reads, by hints, and by the sweep; any number of them at once.
import { clustersOf, entityPath, entityRef, usesOf } from '../domain/paths.ts'
import { decide, type Decision, type Start } from '../domain/decide.ts'
import { ClusterEntity } from '../domain/entity.ts'
import { ATTEMPT_GRACE } from '../domain/protocol-times.ts'
import { Attempt, Use } from '../domain/records.ts'
import { statusOf } from '../domain/status.ts'
import type { World } from '../ports.ts'
import { runAttempt } from './attempt.ts'
import { attemptOf, attemptPathOf } from './attempt-documents.ts'
import type { AttemptRef } from './claim.ts'
import { freezePlan } from './freeze-plan.ts'
import { type Moment, readMoment } from './moment.ts'
import { reopen, settle, writeStatus } from './settle.ts'
import { createOf, read, readAll } from './stored.ts'
import { takeDown } from './take-down.ts'
import { inTrace } from './trace.ts'

export interface Hints {
  /** Ledger keys whose thing is said to have changed: tried at once, in this invocation. */
  readonly keys?: readonly string[]
  /** Run attempts that nobody has claimed for too long (the sweep). */
  readonly runForgotten?: boolean
}

/** A bound, so that a fault in `decide` becomes an error and not a hot loop. */
const ROUNDS = 30

export async function advance(world: World, path: string, hints: Hints = {}): Promise<void> {
  let hinted = new Set(hints.keys)
  for (let round = 0; round < ROUNDS; round++) {
    const moment = await readMoment(world.store, path, hinted)
    if (!moment) return
    const { traceparent } = moment.run.value
    const look = async (): Promise<boolean> => doWhatIsDue(world, moment, hints, hinted)
    const again = await inTrace(traceparent, 'advance', { round }, look)
    hinted = new Set()
    if (!again) return
  }
  throw new Error(`advance "${path}": not quiet after ${ROUNDS} rounds`)
}

/** True when a new look is needed. */
async function doWhatIsDue(
  world: World,
  moment: Moment,
  hints: Hints,
  hinted: ReadonlySet<string>,
): Promise<boolean> {
  const decision = decide(moment.situation)
  await Promise.all(decision.start.map((start) => begin(world, moment, start, hints, hinted)))
  const changed = await carryOut(world, moment, decision)
  return changed || decision.start.some(({ item }) => hinted.has(item.key))
}

/** Everything but attempts; true when a new look is needed, whether this one wrote or was refused. */
async function carryOut(world: World, moment: Moment, decision: Decision): Promise<boolean> {
  if (decision.fail) {
    const { generation } = moment.entity.value
    await takeDown(world, moment.path, { generation, reason: decision.fail, by: 'fail' })
    return true
  }
  if (decision.freeze) {
    await freezePlan(world, moment)
    return true
  }
  if (decision.reopen) {
    await reopen(world, moment)
    return true
  }
  if (decision.settle) {
    const status = statusOf(moment.situation)
    if (await settle(world, moment, status)) await wakeDependants(world, moment)
    return true
  }
  if (!decision.status) return false
  if (await writeStatus(world, moment, decision.status)) await wakeDependants(world, moment)
  return true
}

// --- Attempts ---------------------------------------------------------------------------------------------------

/** Creates the attempt, which is the event that runs it; a hinted one is run here and now instead. */
async function begin(
  world: World,
  moment: Moment,
  { item, n }: Start,
  hints: Hints,
  hinted: ReadonlySet<string>,
): Promise<void> {
  const { generation, account } = moment.entity.value
  const ref: AttemptRef = { entity: moment.path, generation, key: item.key, n }
  if (hinted.has(item.key)) {
    await runHere(world, ref)
    return
  }
  const { now } = moment.situation
  const path = attemptPathOf(account, ref)
  const created = await world.store.commit([createOf(path, attemptOf(ref, now, moment.run.value))])
  if (created || !hints.runForgotten) return
  const attempt = await read(world.store, path, Attempt)
  if (attempt && attempt.value.createdAt + ATTEMPT_GRACE <= now) await runAndAdvance(world, ref)
}

/** Runs an attempt in this invocation, and then whoever was waiting for the slot that it freed. */
async function runHere(world: World, ref: AttemptRef): Promise<boolean> {
  const attempted = await runAttempt(world, ref)
  if (attempted.next) await runAndAdvance(world, attempted.next)
  return attempted.advance
}

/** Runs one attempt and looks at its entity again: what `step-due` does. */
export async function runAndAdvance(world: World, ref: AttemptRef): Promise<void> {
  if (await runHere(world, ref)) await advance(world, ref.entity)
}

// --- Others who wait --------------------------------------------------------------------------------------------

/** A workspace wakes the clusters that wait for it; a pool wakes the steps of its users that wait for it. */
async function wakeDependants(world: World, moment: Moment): Promise<void> {
  const ref = entityRef(moment.path)
  if (ref?.kind === 'workspace') {
    const clusters = await readAll(world.store, clustersOf(moment.path), ClusterEntity)
    const waiting = clusters.filter(({ value }) => 'waitsFor' in value && value.waitsFor)
    await Promise.all(waiting.map(({ document }) => advance(world, document.path)))
  }
  if (ref?.kind === 'pool') {
    const { account, workspace } = ref
    const uses = await readAll(world.store, usesOf(moment.path), Use)
    await Promise.all(
      uses.map(async ({ value: { cluster } }) => {
        const path = entityPath({ kind: 'cluster', account, workspace, cluster })
        await advance(world, path, { keys: await keysThatAwait(world, path, moment.path) })
      }),
    )
  }
}

async function keysThatAwait(world: World, path: string, awaited: string): Promise<string[]> {
  const moment = await readMoment(world.store, path)
  if (moment?.run.value.is !== 'active') return []
  const { items } = moment.run.value.plan
  return items.filter((item) => item.awaits === awaited).map((item) => item.key)
}
