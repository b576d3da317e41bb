// Every document that a stack on the wire keeps, by path: read collection by collection, because only an account knows what it
// has.
import { idOf, UNADDRESSED } from '../../shared/domain/paths.ts'
import type { Fields, Reader } from '../../shared/ports.ts'

/** What lies below a document of each collection. */
const BELOW: Readonly<Record<string, readonly string[]>> = {
  accounts: ['requests', 'attempts', 'deadLetters', 'parked', 'workspaces'],
  requests: ['facts'],
  workspaces: [
    'runs',
    'ledger',
    'facts',
    'slots',
    'queue',
    'tombstones',
    'audit',
    'meter',
    'pools',
    'clusters',
  ],
  pools: ['runs', 'ledger', 'uses', 'observations'],
  clusters: ['runs', 'ledger', 'facts', 'observations'],
}

export async function allDocuments(
  reader: Reader,
  accounts: readonly string[],
): Promise<ReadonlyMap<string, Fields>> {
  const found = new Map<string, Fields>()
  const readBelow = async (path: string): Promise<void> => {
    const collection = path.split('/').at(-2) ?? ''
    for (const name of BELOW[collection] ?? []) {
      const documents = await reader.list(`${path}/${name}`)
      for (const { path: at, data } of documents) found.set(at, data)
      if (BELOW[name]) for (const { path: at } of documents) await readBelow(at)
    }
  }
  for (const account of [...accounts, UNADDRESSED]) await readBelow(`accounts/${account}`)
  return found
}

/** Of one collection name, by id. */
export function documentsIn(
  documents: ReadonlyMap<string, Fields>,
  collection: string,
): Map<string, Fields> {
  return new Map(
    [...documents]
      .filter(([path]) => path.split('/').at(-2) === collection)
      .map(([path, data]) => [idOf(path), data]),
  )
}
