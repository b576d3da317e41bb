// Recording what an attempt or a look has found: one write on the version of the entry that it rests on, with the slot that
// it frees in the same commit (protocol, STEP-DUE). Refused means that another is responsible by now.
import { LedgerEntry, type Outcome, recordEntry } from '../domain/ledger.ts'
import { ledgerPath, workspacePath } from '../domain/paths.ts'
import { EFFECT_WINDOW } from '../domain/protocol-times.ts'
import type { Instant } from '../domain/time.ts'
import type { Clock, World } from '../ports.ts'
import type { RunnableStep } from '../steps/step.ts'
import type { AttemptRef, Claimed } from './claim.ts'
import { retryIn } from './failures.ts'
import { orPark } from './park.ts'
import { callNext, freeing, usesSlots } from './slots.ts'
import { read, type Stored, updateOf } from './stored.ts'

/** What came of it: whether the entity must be looked at again, and who is next for the slots that were freed. */
export interface Attempted {
  readonly advance: boolean
  readonly next?: readonly AttemptRef[]
}

/** Nothing was recorded: whoever overtook looks for itself. */
export const NOT_MINE: Attempted = { advance: false }

export interface Worked {
  readonly outcome: Outcome
  readonly input: LedgerEntry['input']
}

type Worker = Pick<Claimed, 'ref' | 'subject' | 'direction' | 'isClean'>

export async function record(
  world: World,
  step: RunnableStep,
  worker: Worker,
  { stored, now }: { readonly stored: Stored<LedgerEntry>; readonly now: Instant },
  worked: Worked,
): Promise<Attempted> {
  const { outcome } = worked
  const workspace = workspaceOf(worker)
  const entry = recordedEntry(world.clock, stored.value, worker.isClean, worked, now)
  const freed = keepsSlot(step, outcome) ? [] : await freeing(world, workspace, worker.ref)
  const isRecorded = await world.store.commit([updateOf(stored, entry), ...freed])
  if (!isRecorded) return NOT_MINE

  const next = freed.length > 0 ? await nextInLine(world, workspace) : []
  // Readiness of pods comes from observation alone, so nothing waits for a batch that was made.
  const isQuiet =
    step.isQuiet === true && worker.direction === 'up' && entry.thing.have === 'present'
  return { advance: !isQuiet, ...(next.length > 0 ? { next } : {}) }
}

export function recordedEntry(
  clock: Clock,
  entry: LedgerEntry,
  clean: boolean,
  { outcome, input }: Worked,
  now: Instant,
): LedgerEntry {
  return recordEntry(entry, {
    outcome,
    clean,
    input,
    now,
    effectWindow: EFFECT_WINDOW,
    failureBackOff: outcome.failure ? retryIn(entry.failures, clock.random()) : 0,
  })
}

export function workspaceOf({ subject }: Pick<Claimed, 'subject'>): string {
  return workspacePath(subject.identity.account, subject.identity.workspace)
}

/** A slot is held as long as an operation runs, or a call that was cut off may have begun one. */
function keepsSlot(step: RunnableStep, outcome: Outcome): boolean {
  if (!usesSlots(step) || outcome.mayStillAct) return true
  return outcome.thing.have === 'coming' || outcome.thing.have === 'leaving'
}

async function nextInLine(world: World, workspace: string): Promise<AttemptRef[]> {
  const called = await callNext(world, workspace)
  const refs = await Promise.all(
    called.map(async ({ entity, key, generation }) => {
      const path = ledgerPath(entity, key)
      const entry = await orPark(world, () => read(world.store, path, LedgerEntry))
      return entry ? [{ entity, key, generation, n: entry.value.n + 1 }] : []
    }),
  )
  return refs.flat()
}
