// Who starts what: whoever has made it startable looks at the entity right after, and begins it. Others who happen to look
// just then would do the same a second time, and on the same documents: two transactions that have both read a claim hold
// each other up until the store gives one of them up. So they leave it alone for a moment. Nothing rests on it: of several
// who record the last things that a step waits for, the last to commit sees all of them; and the sweep leaves nothing to others.
import type { LedgerEntry } from './ledger.ts'
import type { PlanItem } from './plan.ts'
import { entryOf, type Situation } from './situation.ts'
import { type Instant, seconds } from './time.ts'

/** What one invocation has written itself. */
export interface Own {
  /** Ledger keys that it has recorded. */
  readonly keys: ReadonlySet<string>
  /** Whether the run, or its plan, may be of its making. */
  readonly run: boolean
}

/** Later than this nobody is on the way to it any more. */
const MOMENT = seconds(5)

/** Whether another invocation has just made the item startable, and this one has no part in it. */
export function isLeftToOthers(situation: Situation, item: PlanItem, own: Own): boolean {
  const { run, ledger, now, hinted } = situation
  // What has been tried for this generation is due for reasons of its own.
  if (entryOf(situation, item.key)?.g === run.generation || hinted.has(item.key)) return false
  const awaited = ledger.filter((entry) => isAwaitedBy(item, entry))
  if (awaited.some((entry) => own.keys.has(entry.item.key))) return false
  const isRecordedSince = (since: Instant): boolean =>
    awaited.some(({ claim }) => !claim.open && claim.recordedAt > since)
  const justNow = now - MOMENT
  return own.run
    ? isRecordedSince(Math.max(justNow, run.createdAt))
    : isRecordedSince(justNow) || run.createdAt > justNow
}

/** What an item is made after, goes after, or takes the place of. */
function isAwaitedBy(item: PlanItem, { item: other }: LedgerEntry): boolean {
  if (item.after.includes(other.key) || other.after.includes(item.key)) return true
  return other.step === item.step && other.index === item.index && other.key !== item.key
}
