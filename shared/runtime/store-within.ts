// The Store as a step sees it that runs within a transaction: reads are the transaction's, what is committed is kept until
// the transaction writes, and later reads see it.
import type { Store, StoredDocument, Transaction, Write } from '../ports.ts'

export interface StoreWithin {
  readonly store: Store
  /** What was committed, in order. */
  readonly writes: () => Write[]
}

interface Kept {
  readonly write: Write
  /** As it will be; undefined when it will be gone. */
  readonly document: StoredDocument | undefined
}

export function storeWithin(transaction: Transaction): StoreWithin {
  const kept = new Map<string, Kept>()
  const get = async (path: string): Promise<StoredDocument | undefined> => {
    const own = kept.get(path)
    return own ? own.document : transaction.get(path)
  }
  const store: Store = {
    get,
    async commit(writes) {
      // What is updated or deleted was read here, so only a create can be refused.
      for (const write of writes) {
        if (write.op === 'create' && (await get(write.path))) return false
      }
      for (const write of writes) {
        const one = keptOf(write)
        if (kept.has(one.path)) throw new Error(`"${one.path}" is written twice in one transaction`)
        kept.set(one.path, one)
      }
      return true
    },
    list: cannot('list'),
    find: cannot('find'),
    snapshot: cannot('take a snapshot'),
    transaction: cannot('begin a transaction'),
  }
  return { store, writes: () => [...kept.values()].map(({ write }) => write) }
}

function keptOf(write: Write): Kept & { readonly path: string } {
  const path = write.op === 'create' ? write.path : write.from.path
  if (write.op === 'delete') return { path, write, document: undefined }
  // No version yet: it is not to be written again.
  return { path, write, document: { path, data: write.data, version: '' } }
}

const cannot = (what: string) => (): never => {
  throw new Error(`a step within a transaction cannot ${what}`)
}
