// Steps that touch nothing but the store (lane `store`) are claimed, done and recorded in one transaction: nothing of theirs
// can be late, be lost, or land twice, so they need neither an attempt document nor a claim that others can see
// (docs/decisions/0008).
import { CallError } from '../call-error.ts'
import { MalformedDocument } from '../domain/document-fault.ts'
import type { Store, World } from '../ports.ts'
import { stepNamed } from '../steps/registry.ts'
import { type AttemptRef, type Claimed, newToken, readClaim, writeEntry } from './claim.ts'
import { execute } from './execute.ts'
import { outcomeOf, textOf } from './failures.ts'
import { writeIn } from './generation.ts'
import { recordedEntry, type Worked } from './record.ts'
import { inputOf } from './step-input.ts'
import { stepPorts } from './step-ports.ts'
import { storeWithin } from './store-within.ts'

/** Does nothing when another was first or the run is over. */
export function runInStore(world: World, ref: AttemptRef): Promise<void> {
  const token = newToken(world.clock)
  return world.store.transaction(async (transaction) => {
    const claimed = await readClaim(transaction, ref, token)
    if (!claimed) return
    const kept = storeWithin(transaction)
    const worked = await work(world, claimed, kept.store)
    const { entry, isClean, at } = claimed
    writeEntry(transaction, claimed, recordedEntry(world.clock, entry, isClean, worked, at))
    writeIn(transaction, kept.writes())
  })
}

async function work(world: World, claimed: Claimed, store: Store): Promise<Worked> {
  const { item, subject, outputs, direction, before, entry } = claimed
  let { input } = entry
  try {
    // Without an input nothing was ever tried.
    if (!input && direction === 'down') return { input, outcome: { thing: { have: 'absent' } } }
    input ??= inputOf(item, subject, outputs)
    const ports = { ...stepPorts(world, subject.identity, world.clock.now()), store }
    const step = stepNamed(item.step)
    const isFirst = before === undefined
    return {
      input,
      outcome: await execute({ step, ports, input, direction, isFirst, operation: undefined }),
    }
  } catch (error) {
    // The store itself, or a document in it: the transaction is tried again, has failed, or waits for the mend.
    if (error instanceof CallError || error instanceof MalformedDocument) throw error
    world.log('WARNING', 'attempt failed', { ...claimed.ref, error: textOf(error) })
    return { input, outcome: outcomeOf(error, entry.thing, world.clock.random()) }
  }
}
