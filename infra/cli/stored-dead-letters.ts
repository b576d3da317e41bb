// Reads what commands show of work that was given up on.
import { DeadLetter } from '../../shared/domain/dead-letter.ts'
import { checkDocument } from '../../shared/domain/document-fault.ts'
import type { Store } from '../../shared/ports.ts'
import type { ListedLetter } from './dead-letters-command.ts'

/** Shown at once. */
const LIMIT = 1000

/** Longest given up on first. */
export async function readDeadLetters(store: Pick<Store, 'find'>): Promise<ListedLetter[]> {
  const found = await store.find({ find: 'dead-letters', limit: LIMIT })
  return found.flatMap(({ path, data }) => {
    const checked = checkDocument(DeadLetter, data)
    return 'value' in checked ? [{ path, ...checked.value }] : []
  })
}
