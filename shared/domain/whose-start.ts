// Who does what has become possible: whoever wrote what it waited for looks at the entity right after, and begins it. Others
// who happen to look just then would do the same a second time, and on the same documents: two transactions that have both read
// a claim hold each other up until the store gives one of them up. So they leave it alone for a moment. Of several who write
// the last things that a step waits for, it is the last to commit, who sees all of them. The sweep leaves nothing to others.
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

/** Whether another invocation has just made the item startable. */
export function isLeftToOthers(situation: Situation, item: PlanItem, own: Own): boolean {
  const { run, ledger, hinted } = situation
  // What has been tried for this generation is due for reasons of its own.
  if (entryOf(situation, item.key)?.g === run.generation || hinted.has(item.key)) return false
  const newest = ledger.findLast((entry) => isAwaitedBy(item, entry))
  if (newest && own.keys.has(newest.item.key)) return false
  return isOthersRecord(situation, newest, own) || (!own.run && isRecent(situation, run.createdAt))
}

/** Whether another invocation has just recorded the last thing that had to go. What is in a workspace may go later. */
export function isEndLeftToOthers(situation: Situation, own: Own): boolean {
  const { entity, run, ledger } = situation
  if (run.direction === 'up' || entity.kind === 'workspace') return false
  const newest = ledger.at(-1)
  if (newest && own.keys.has(newest.item.key)) return false
  return isOthersRecord(situation, newest, own)
}

/** Just now; and when there was a run for its recorder to see, where that run is our own. */
function isOthersRecord(situation: Situation, entry: LedgerEntry | undefined, own: Own): boolean {
  if (!entry || entry.claim.open || !isRecent(situation, entry.claim.recordedAt)) return false
  return !own.run || entry.claim.recordedAt > situation.run.createdAt
}

const isRecent = ({ now }: Situation, at: Instant): boolean => at > now - MOMENT

/** What an item is made after, goes after, or takes the place of. */
function isAwaitedBy(item: PlanItem, { item: other }: LedgerEntry): boolean {
  if (item.after.includes(other.key) || other.after.includes(item.key)) return true
  return other.step === item.step && other.index === item.index && other.key !== item.key
}
