// One attempt of one step: claim, work, record, then look at the entity again (protocol, STEP-DUE). Every outcome is
// recorded, errors too: a throw from here means that the recording itself failed.
import { LOOK_PERIOD, EFFECT_WINDOW } from '../domain/protocol-times.ts'
import { LedgerEntry, type Outcome, recordEntry } from '../domain/ledger.ts'
import { ledgerPath, workspacePath } from '../domain/paths.ts'
import { backOff, minutes, seconds } from '../domain/time.ts'
import type { World } from '../ports.ts'
import { stepNamed } from '../steps/registry.ts'
import type { RunnableStep } from '../steps/step.ts'
import { type AttemptRef, claim, type Claimed } from './claim.ts'
import { execute } from './execute.ts'
import { outcomeOf, textOf } from './failures.ts'
import { freeing, nextInQueue, takeSlot } from './slots.ts'
import { inputOf } from './step-input.ts'
import { stepPorts } from './step-ports.ts'
import { read, updateOf } from './stored.ts'

/** What came of it: whether the entity must be looked at again, and who is next for the slot that it freed. */
export interface Attempted {
  readonly advance: boolean
  readonly next?: AttemptRef
}

const NOT_MINE: Attempted = { advance: false }

export async function runAttempt(world: World, ref: AttemptRef): Promise<Attempted> {
  // Taken before the claim is stored, so that no pause in between makes the holder act past its horizon.
  const claimedAt = world.clock.now()
  const claimed = await claim(world, ref)
  if (!claimed) return NOT_MINE
  const step = stepNamed(claimed.item.step)
  const worked = await work(world, step, claimed, claimedAt)
  return record(world, step, claimed, worked)
}

interface Worked {
  readonly outcome: Outcome
  readonly input: Readonly<Record<string, unknown>> | undefined
}

async function work(
  world: World,
  step: RunnableStep,
  claimed: Claimed,
  claimedAt: number,
): Promise<Worked> {
  let input = claimed.entry.input
  try {
    const { direction, isFirst, item, subject, outputs } = claimed
    // Without an input nothing was ever tried.
    if (!input && direction === 'down') return { input, outcome: { thing: { have: 'absent' } } }
    input ??= inputOf(item, subject, outputs)
    const isQueued = step.lane === 'pool' && !(await takeSlot(world, workspaceOf(claimed), claimed))
    if (isQueued) return { input, outcome: { thing: claimed.entry.thing, lookIn: LOOK_PERIOD } }
    const ports = stepPorts(world, claimed.subject.identity, claimedAt)
    const { operation } = claimed.entry
    return { input, outcome: await execute({ step, ports, input, direction, isFirst, operation }) }
  } catch (error) {
    world.log('WARNING', 'attempt failed', { ...claimed.ref, error: textOf(error) })
    return { input, outcome: outcomeOf(error, claimed.entry.thing) }
  }
}

function workspaceOf(claimed: Claimed): string {
  const { account, workspace } = claimed.subject.identity
  return workspacePath(account, workspace)
}

async function record(
  world: World,
  step: RunnableStep,
  claimed: Claimed,
  { outcome, input }: Worked,
): Promise<Attempted> {
  const { entity, key } = claimed.ref
  const { stored, now } = await world.store.snapshot(async (reader) => ({
    stored: await read(reader, ledgerPath(entity, key), LedgerEntry),
    now: reader.readTime(),
  }))
  // Overtaken: another attempt is responsible now, and will look for itself.
  if (stored?.value.claim.token !== claimed.token) return NOT_MINE

  const entry = recordEntry(stored.value, {
    outcome,
    clean: claimed.isClean,
    input,
    now,
    effectWindow: EFFECT_WINDOW,
    failureBackOff: backOff(stored.value.failures, seconds(5), minutes(5)),
  })
  const freed = keepsSlot(step, outcome) ? [] : await freeing(world, workspaceOf(claimed), claimed)
  const isRecorded = await world.store.commit([updateOf(stored, entry), ...freed])
  if (!isRecorded) return NOT_MINE

  const next = freed.length > 0 ? await nextInLine(world, claimed) : undefined
  // Readiness of pods comes from observation alone, so nothing waits for a batch that was made.
  const isQuiet =
    step.isQuiet === true && claimed.direction === 'up' && entry.thing.have === 'present'
  return { advance: !isQuiet, ...(next ? { next } : {}) }
}

/** A slot is held as long as an operation runs, or a call that was cut off may have begun one. */
function keepsSlot(step: RunnableStep, outcome: Outcome): boolean {
  if (step.lane !== 'pool' || outcome.mayStillAct) return true
  return outcome.thing.have === 'coming' || outcome.thing.have === 'leaving'
}

async function nextInLine(world: World, claimed: Claimed): Promise<AttemptRef | undefined> {
  const ticket = await nextInQueue(world, workspaceOf(claimed))
  if (!ticket) return undefined
  const entry = await read(world.store, ledgerPath(ticket.entity, ticket.key), LedgerEntry)
  if (!entry) return undefined
  const { entity, key, generation } = ticket
  return { entity, key, generation, n: entry.value.n + 1 }
}
