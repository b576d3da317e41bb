// One attempt of one step: claim, work, record, then look at the entity again (protocol, STEP-DUE). Every outcome is
// recorded, errors too: a throw from here means that the recording itself failed.
import { LOOK_PERIOD } from '../domain/protocol-times.ts'
import { LedgerEntry } from '../domain/ledger.ts'
import { ledgerPath } from '../domain/paths.ts'
import type { World } from '../ports.ts'
import { stepNamed } from '../steps/registry.ts'
import type { RunnableStep } from '../steps/step.ts'
import { type AttemptRef, claim, type Claimed } from './claim.ts'
import { execute } from './execute.ts'
import { outcomeOf } from './failures.ts'
import { parkOrLog } from './park.ts'
import { type Attempted, NOT_MINE, record, workspaceOf, type Worked } from './record.ts'
import { readLastMeter } from './read-meter.ts'
import { takeSlot, usesSlots } from './slots.ts'
import { inputOf } from './step-input.ts'
import { stepPorts } from './step-ports.ts'
import { read } from './stored.ts'

export async function runAttempt(world: World, ref: AttemptRef): Promise<Attempted> {
  // Taken before the claim is stored, so that no pause in between makes the holder act past its horizon.
  const claimedAt = world.clock.now()
  const claimed = await claim(world, ref)
  if (!claimed) return NOT_MINE
  const step = stepNamed(claimed.item.step)
  const worked = await work(world, step, claimed, claimedAt)
  const { stored, now } = await world.store.snapshot(async (reader) => ({
    stored: await read(reader, ledgerPath(ref.entity, ref.key), LedgerEntry),
    now: reader.readTime(),
  }))
  // Overtaken: another attempt is responsible now, and will look for itself.
  if (stored?.value.claim.token !== claimed.token) return NOT_MINE
  return record(world, step, claimed, { stored, now }, worked)
}

async function work(
  world: World,
  step: RunnableStep,
  claimed: Claimed,
  claimedAt: number,
): Promise<Worked> {
  let input = claimed.entry.input
  try {
    const { direction, before, item, subject, outputs } = claimed
    // Anew, also when an earlier generation's is kept: it may not say what is wanted now.
    if (direction === 'up') input = inputOf(item, subject, outputs)
    // Without an input nothing was ever tried.
    if (!input) return { input, outcome: { thing: { have: 'absent' } } }
    const workspace = workspaceOf(claimed)
    if (usesSlots(step) && !(await takeSlot(world, workspace, step, claimed))) {
      const { thing } = claimed.entry
      return { input, outcome: { thing, isQueued: true, lookIn: LOOK_PERIOD } }
    }
    const ports = stepPorts(world, subject.identity, claimedAt)
    if (item.step === 'workspace-services' && direction === 'down') {
      await readLastMeter(world, workspace, subject.identity)
    }
    const { operation } = claimed.entry
    const isFirst = before === undefined
    return { input, outcome: await execute({ step, ports, input, direction, isFirst, operation }) }
  } catch (error) {
    await parkOrLog(world, error, 'WARNING', 'attempt failed', { ...claimed.ref })
    return { input, outcome: outcomeOf(error, claimed.entry.thing, world.clock.random()) }
  }
}
