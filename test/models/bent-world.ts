// Worlds that take one rule away from whoever is given them: a condition that is not asked for, a mark that is not written,
// documents that are not seen.
import type { Fields, StoredDocument, Transaction, World } from '../../shared/ports.ts'

type BendTransaction = (transaction: Transaction) => Transaction

function withTransactions(world: World, bend: BendTransaction): World {
  const { store } = world
  return {
    ...world,
    store: { ...store, transaction: (body) => store.transaction((real) => body(bend(real))) },
  }
}

/** In its transactions every document is at the version that was read before them. */
export function blindToVersions(world: World): World {
  const seen = new Map<string, string>()
  const bent = withTransactions(world, (transaction) => {
    const real = new Map<string, StoredDocument>()
    return {
      ...transaction,
      async get(path) {
        const found = await transaction.get(path)
        if (!found) return undefined
        real.set(path, found)
        return { ...found, version: seen.get(path) ?? found.version }
      },
      update: (from, data) => transaction.update(real.get(from.path) ?? from, data),
    }
  })
  return {
    ...bent,
    store: {
      ...bent.store,
      async get(path) {
        const found = await world.store.get(path)
        if (found) seen.set(path, found.version)
        return found
      },
    },
  }
}

/** A write that sets this field is not made, and believed to be. */
export function withoutWriting(field: string, value: unknown, world: World): World {
  const believed = new Map<string, Fields>()
  return {
    ...world,
    store: {
      ...world.store,
      commit(writes) {
        const [write] = writes
        if (write?.op !== 'update' || write.data[field] !== value) return world.store.commit(writes)
        believed.set(write.from.path, write.data)
        return Promise.resolve(true)
      },
      async get(path) {
        const found = await world.store.get(path)
        const data = believed.get(path)
        return found && data ? { ...found, data } : found
      },
    },
  }
}

/** Nothing is in collections of this name. */
export function blindTo(collection: string, world: World): World {
  const isHidden = (path: string): boolean => path.endsWith(`/${collection}`)
  return {
    ...world,
    store: {
      ...world.store,
      list: async (path, options) => (isHidden(path) ? [] : world.store.list(path, options)),
    },
  }
}

/** These fields are never seen. */
export function blindToFields(fields: readonly string[], world: World): World {
  const strip = (found: StoredDocument | undefined): StoredDocument | undefined => {
    if (!found) return undefined
    const kept = Object.entries(found.data).filter(([field]) => !fields.includes(field))
    return { ...found, data: Object.fromEntries(kept) }
  }
  const bent = withTransactions(world, (transaction) => ({
    ...transaction,
    get: async (path) => strip(await transaction.get(path)),
  }))
  const get = async (path: string) => strip(await world.store.get(path))
  return { ...bent, store: { ...bent.store, get } }
}
