// Looks at one entity and does what `decide` says, until it says nothing more (protocol, ADVANCE). Called by whoever wrote
// what it reads, by hints, and by the sweep; any number of them at once.
import { decide, type Decision, type Start } from '../domain/decide.ts'
import type { PlanItem } from '../domain/plan.ts'
import { ATTEMPT_GRACE } from '../domain/protocol-times.ts'
import { Attempt } from '../domain/records.ts'
import { entryOf } from '../domain/situation.ts'
import { statusOf } from '../domain/status.ts'
import { type Instant, seconds } from '../domain/time.ts'
import { isEndLeftToOthers, isLeftToOthers } from '../domain/whose-start.ts'
import type { World } from '../ports.ts'
import { stepNamed } from '../steps/registry.ts'
import { adapt } from './adapt.ts'
import { runAttempt } from './attempt.ts'
import { attemptOf, attemptPathOf } from './attempt-documents.ts'
import type { AttemptRef } from './claim.ts'
import { dependantsOf } from './dependants.ts'
import { endChildren } from './end-children.ts'
import { freezePlan } from './freeze-plan.ts'
import { canTell, look } from './look.ts'
import { type Moment, readMoment } from './moment.ts'
import { orPark } from './park.ts'
import { reopen, settle, writeStatus } from './settle.ts'
import { runInStore } from './store-step.ts'
import { createOf, read } from './stored.ts'
import { takeDown } from './take-down.ts'
import { inTrace } from './trace.ts'

export interface Hints {
  /** Ledger keys whose thing is said to have changed: tried at once, in this invocation. */
  readonly keys?: readonly string[]
  /** Look at what is due, and run attempts that nobody has claimed for too long (the sweep). */
  readonly runForgotten?: boolean
  /** By the process's clock: until then attempts may be begun in this invocation, without a document that hands them out. */
  readonly hereUntil?: Instant
  /** The ledger key that this invocation has recorded, which is all that brings it here. */
  readonly recorded?: string
}

/** So many attempts go on in the invocation whose own attempt made them startable; the others are handed out. */
const GO_ON_HERE = 2
/** An invocation that is older hands out everything: what it begins must end well before it is cut off itself. */
const YOUNG = seconds(20)
/** For invocations that have other entities to look after. */
const HAND_OUT = 0
/** A bound, so that a fault in `decide` becomes an error and not a hot loop. */
const ROUNDS = 30

export async function advance(world: World, path: string, hints: Hints = {}): Promise<void> {
  let hinted = new Set(hints.keys)
  const here: Here = new Map()
  const { recorded } = hints
  const own = {
    keys: new Set(recorded === undefined ? [] : [recorded]),
    run: recorded === undefined,
  }
  for (let round = 0; round < ROUNDS; round++) {
    const moment = await readMoment(world.store, path, hinted)
    if (!moment) break
    const { traceparent } = moment.run.value
    const call = { world, moment, hints, hinted, here, own }
    const again = await inTrace(traceparent, 'advance', { round }, () => doWhatIsDue(call))
    hinted = new Set()
    if (!again) break
    if (round === ROUNDS - 1) throw new Error(`advance "${path}": not quiet after ${ROUNDS} rounds`)
  }
  await Promise.all([...here.values()].map((run) => run()))
}

/** Attempts to run in this invocation once everything else has been said and handed out; by the path of their document. */
type Here = Map<string, () => Promise<void>>

interface Round {
  readonly world: World
  readonly moment: Moment
  readonly hints: Hints
  readonly hinted: ReadonlySet<string>
  readonly here: Here
  readonly own: { readonly keys: Set<string>; run: boolean }
}

/** True when a new look is needed. */
async function doWhatIsDue(round: Round): Promise<boolean> {
  const { world, moment, own } = round
  const first = decide(moment.situation)
  if (first.adapt || first.fail || first.freeze || first.reopen) own.run = true
  if (first.adapt && (await adapt(world, moment, first.adapt))) return true
  const decision = first.adapt ? decide(moment.situation, { adapts: false }) : first
  const starts = round.hints.runForgotten
    ? decision.start
    : decision.start.filter(({ item }) => !isLeftToOthers(moment.situation, item, own))
  const [begun] = await Promise.all([
    Promise.all(starts.map((start) => begin(round, start))),
    runAllInStore(round, starts),
  ])
  const changed = await carryOut(round, decision)
  return changed || begun.includes('changed')
}

/** Everything but attempts; true when a new look is needed, whether this one wrote or was refused. */
async function carryOut(
  { world, moment, hints, own }: Round,
  decision: Decision,
): Promise<boolean> {
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
  if (decision.end.length > 0) {
    const isBegun = await endChildren(world, decision.end)
    await Promise.all(decision.end.map((child) => orPark(world, () => advance(world, child))))
    return isBegun
  }
  if (decision.settle) {
    // Its state with it: what is told before the run has settled is not the end.
    if (!hints.runForgotten && isEndLeftToOthers(moment.situation, own)) return false
    const status = statusOf(moment.situation)
    if (await settle(world, moment, status)) await wakeDependants(world, moment)
    return true
  }
  if (!decision.status) return false
  if (await writeStatus(world, moment, decision.status)) await wakeDependants(world, moment)
  return true
}

// --- Attempts ---------------------------------------------------------------------------------------------------

/** What is begun only waits to be run; what has `changed` the entity's documents demands a new look. */
type Begun = 'changed' | 'handed out'

/**
 * Has the step done in the cheapest way that is safe: in one transaction (`runAllInStore`), by a look, in this invocation;
 * else creates the attempt, which is the event that runs it.
 */
async function begin(round: Round, { item, n }: Start): Promise<Begun> {
  const { world, moment, hints, hinted, here, own } = round
  const { generation, account } = moment.entity.value
  const ref: AttemptRef = { entity: moment.path, generation, key: item.key, n }
  if (isInStore(item)) return 'changed'
  const isHinted = hinted.has(item.key)
  const isRecorded = await isSeen(round, ref, isHinted)
  if (!isRecorded && isHinted) await runHere(world, ref)
  if (isRecorded || isHinted) {
    own.keys.add(item.key)
    return 'changed'
  }
  const path = attemptPathOf(account, ref)
  if (here.has(path)) return 'handed out'
  if (here.size < GO_ON_HERE && world.clock.now() < (hints.hereUntil ?? 0)) {
    const { traceparent } = moment.run.value
    const run = () => runAndAdvance(world, ref, hints.hereUntil)
    here.set(path, () => inTrace(traceparent, 'attempt', { key: item.key, n }, run))
    return 'handed out'
  }
  await handOut(round, ref, path)
  return 'handed out'
}

const isInStore = ({ step }: PlanItem): boolean => stepNamed(step).lane === 'store'

/** One after the other, because they may touch the same documents. */
async function runAllInStore(
  { world, moment, own }: Round,
  starts: readonly Start[],
): Promise<void> {
  const { generation } = moment.entity.value
  for (const { item, n } of starts) {
    if (!isInStore(item)) continue
    await runInStore(world, { entity: moment.path, generation, key: item.key, n })
    own.keys.add(item.key)
  }
}

/** Whether a look alone could tell how the thing stands: for those who were sent to look, by a hint or the clock. */
async function isSeen(
  { world, moment, hints }: Round,
  ref: AttemptRef,
  isHinted: boolean,
): Promise<boolean> {
  if (!isHinted && !hints.runForgotten) return false
  const entry = entryOf(moment.situation, ref.key)
  if (!entry || !canTell(entry, ref, moment.situation.now)) return false
  const looked = await look(world, ref)
  await runNext(world, looked?.next)
  return looked !== undefined
}

async function handOut({ world, moment, hints }: Round, ref: AttemptRef, path: string) {
  const { now } = moment.situation
  const created = await world.store.commit([createOf(path, attemptOf(ref, now, moment.run.value))])
  if (created || !hints.runForgotten) return
  const attempt = await read(world.store, path, Attempt)
  if (attempt && attempt.value.createdAt + ATTEMPT_GRACE <= now)
    await runAndAdvance(world, ref, HAND_OUT)
}

/** Runs an attempt in this invocation, and then whoever was waiting for the slot that it freed. */
async function runHere(world: World, ref: AttemptRef): Promise<boolean> {
  const attempted = await runAttempt(world, ref)
  await runNext(world, attempted.next)
  return attempted.advance
}

/** Those who were waiting for a slot, side by side. */
async function runNext(world: World, next: readonly AttemptRef[] = []): Promise<void> {
  await Promise.all(next.map((ref) => runAndAdvance(world, ref, HAND_OUT)))
}

/** Runs one attempt and looks at its entity again: what `step-due` does. */
export async function runAndAdvance(
  world: World,
  ref: AttemptRef,
  hereUntil: Instant = world.clock.now() + YOUNG,
): Promise<void> {
  if (await runHere(world, ref)) {
    await advance(world, ref.entity, { hereUntil, recorded: ref.key })
  }
}

// --- Others who wait --------------------------------------------------------------------------------------------

async function wakeDependants(world: World, moment: Moment): Promise<void> {
  const dependants = await dependantsOf(world, moment)
  await Promise.all(
    dependants.map(({ path, keys = [] }) => orPark(world, () => advance(world, path, { keys }))),
  )
}
