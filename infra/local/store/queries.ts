// The queries that cross tenants, as Firestore answers them: a document without the field, or with another type
// of value in it, is not in the index.
import type { Query } from '../../../shared/ports.ts'
import { comparePaths } from './document-name.ts'
import type { DocumentTable, Entry } from './document-table.ts'

function oldestFirst(entries: Iterable<Entry>, field: string, until: number): Entry[] {
  const due: { readonly at: number; readonly entry: Entry }[] = []
  for (const entry of entries) {
    const at = entry.data[field]
    if (typeof at === 'number' && at <= until) due.push({ at, entry })
  }
  return due
    .sort((left, right) => left.at - right.at || comparePaths(left.entry.path, right.entry.path))
    .map(({ entry }) => entry)
}

function gkeClusterOf(outputs: unknown): unknown {
  if (typeof outputs !== 'object' || outputs === null) return undefined
  return Reflect.get(outputs, 'gkeCluster')
}

export function runQuery(table: Pick<DocumentTable, 'group'>, query: Query): Entry[] {
  switch (query.find) {
    case 'runs-due': {
      const ofShard = [...table.group('runs')].filter(({ data }) => data['shard'] === query.shard)
      return oldestFirst(ofShard, 'wakeAt', query.now).slice(0, query.limit)
    }
    case 'operation':
      return [...table.group('ledger')]
        .filter(({ data }) => data['operation'] === query.operation)
        .sort((left, right) => comparePaths(left.path, right.path))
    case 'workspace-of':
      return [...table.group('workspaces')]
        .filter(({ data }) => gkeClusterOf(data['outputs']) === query.gkeCluster)
        .sort((left, right) => comparePaths(left.path, right.path))
    case 'facts-unpublished': {
      const unpublished = [...table.group('facts')].filter(
        ({ data }) => data['publishedAt'] === null,
      )
      return oldestFirst(unpublished, 'at', query.before).slice(0, query.limit)
    }
    case 'dead-letters':
      return oldestFirst(table.group('deadLetters'), 'deadAt', Infinity).slice(0, query.limit)
    case 'parked':
      return oldestFirst(table.group('parked'), 'since', Infinity).slice(0, query.limit)
  }
}
