// The Store with its documents counted as Firestore bills them: each document read (an empty answer is one), each document
// written, deletes among the writes.
import type { Counts } from './counts.ts'
import type { Reader, SnapshotReader, Store, Transaction, Write } from '../ports.ts'

function countReader(reader: Reader, counts: Counts): Reader {
  return {
    get(path) {
      counts.firestoreReads++
      return reader.get(path)
    },
    async list(collection, options) {
      const documents = await reader.list(collection, options)
      counts.firestoreReads += Math.max(1, documents.length)
      return documents
    },
  }
}

function countSnapshot(reader: SnapshotReader, counts: Counts): SnapshotReader {
  return { ...countReader(reader, counts), readTime: () => reader.readTime() }
}

export function countedStore(store: Store, counts: Counts): Store {
  return {
    ...countReader(store, counts),
    async find(query) {
      const documents = await store.find(query)
      counts.firestoreReads += Math.max(1, documents.length)
      return documents
    },
    snapshot: (read) => store.snapshot((reader) => read(countSnapshot(reader, counts))),
    async commit(writes) {
      const isCommitted = await store.commit(writes)
      if (isCommitted) {
        counts.firestoreWrites += writes.length
        counts.firestoreDeletes += writes.filter(({ op }) => op === 'delete').length
      } else counts.refusedWrites++
      return isCommitted
    },
    async transaction(body) {
      let writes = 0
      let deletes = 0
      const result = await store.transaction((transaction) => {
        // A lost attempt wrote nothing; only the last one counts.
        writes = 0
        deletes = 0
        const wrote = (op: Write['op']): void => {
          writes++
          if (op === 'delete') deletes++
        }
        return body(countWrites(transaction, counts, wrote))
      })
      counts.firestoreWrites += writes
      counts.firestoreDeletes += deletes
      return result
    },
  }
}

function countWrites(
  transaction: Transaction,
  counts: Counts,
  wrote: (op: Write['op']) => void,
): Transaction {
  return {
    ...countSnapshot(transaction, counts),
    create(path, data) {
      wrote('create')
      transaction.create(path, data)
    },
    update(from, data) {
      wrote('update')
      transaction.update(from, data)
    },
    delete(from) {
      wrote('delete')
      transaction.delete(from)
    },
  }
}
