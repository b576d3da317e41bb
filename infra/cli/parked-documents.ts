// Reads what commands show of documents that are parked.
import { checkDocument } from '../../shared/domain/document-fault.ts'
import { Parked } from '../../shared/domain/parked.ts'
import type { Store } from '../../shared/ports.ts'

export type ParkedDocument = Parked

/** Shown at once. */
const LIMIT = 1000

/** Longest parked first. */
export async function readParkedDocuments(store: Pick<Store, 'find'>): Promise<ParkedDocument[]> {
  const found = await store.find({ find: 'parked', limit: LIMIT })
  return found.flatMap(({ data }) => {
    const checked = checkDocument(Parked, data)
    return 'value' in checked ? [checked.value] : []
  })
}
