// Switches off that what stands on a thing goes before it: `decide` is told that these entries stand on nothing.
import type * as RealDecide from '../../shared/domain/decide.ts'
import type { LedgerEntry } from '../../shared/domain/ledger.ts'
import { unless } from './switched.ts'

type Decide = typeof RealDecide.decide

export function forgetting(
  rule: string,
  decide: Decide,
  forgets: (entry: LedgerEntry) => boolean = () => true,
): Decide {
  return unless(rule, decide, (situation, how) => {
    const ledger = situation.ledger.map((entry) =>
      forgets(entry) ? { ...entry, item: { ...entry.item, after: [] } } : entry,
    )
    return decide({ ...situation, ledger }, how)
  })
}
