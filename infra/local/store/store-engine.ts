// The document store of the local stack, in process: Firestore's semantics behind the Store port, so that laws and
// simulation meet the same refusals, retries and blind spots as production. It keeps nothing on disk.
import { CallError } from '../../../shared/call-error.ts'
import type { Clock, Fields, Store, Transaction } from '../../../shared/ports.ts'
import { checkCollection, documentName } from './document-name.ts'
import { documentTable } from './document-table.ts'
import { runQuery } from './queries.ts'
import { attemptTransaction, openReader, type ReadAccess } from './transaction.ts'
import {
  applyWrites,
  checkTogether,
  type DocumentChange,
  type PreparedWrite,
  prepareWrite,
  refusedBy,
} from './writes.ts'

/** As the production client: then the transaction is given up. */
const ATTEMPTS_MAX = 5
/** Wait after the first lost attempt (ms), doubled for each one more, times chance. */
const RETRY_WAIT_MS = 10

export interface StoreEngine extends Store {
  /** Called after each commit, later than the writer's own stack, once for each document that changed, in order. */
  onWritten(listener: (change: DocumentChange) => void): void
  /** Everything stored, in the order of creation. */
  dump(): { readonly path: string; readonly data: Fields }[]
}

export interface StoreEngineOptions {
  /** Milliseconds that each half of a call takes; none by default. */
  readonly latency?: () => number
}

export function storeEngine(clock: Clock, options: StoreEngineOptions = {}): StoreEngine {
  const table = documentTable()
  const listeners: ((change: DocumentChange) => void)[] = []
  let versions = 0

  async function pause(): Promise<void> {
    if (options.latency) await clock.sleep(options.latency())
  }

  const access: ReadAccess = { table, now: () => clock.now(), pause }

  function apply(writes: readonly PreparedWrite[]): void {
    const changes = applyWrites(table, writes, () => `v${String(++versions).padStart(12, '0')}`)
    queueMicrotask(() => {
      for (const change of changes) for (const listener of listeners) listener(change)
    })
  }

  async function read<T>(look: () => T): Promise<T> {
    await pause()
    const seen = look()
    await pause()
    return seen
  }

  async function transaction<T>(body: (transaction: Transaction) => Promise<T>): Promise<T> {
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
      const attempted = await attemptTransaction(access, body)
      const { writes } = attempted
      checkTogether(writes)
      await pause()
      if (writes.length === 0 || attempted.stillTrue()) {
        const refused = refusedBy(table, writes)
        if (refused?.op === 'create')
          throw new CallError('exists', `store: ${refused.path} exists already`)
        if (refused) throw new CallError('conflict', `store: ${refused.path} has another version`)
        apply(writes)
        await pause()
        return attempted.result
      }
      if (attempt < ATTEMPTS_MAX)
        await clock.sleep(clock.random() * RETRY_WAIT_MS * 2 ** (attempt - 1))
    }
    throw new CallError('unavailable', `store: contention, ${ATTEMPTS_MAX} attempts were overtaken`)
  }

  return {
    async get(path) {
      documentName(path)
      return await read(() => table.get(path))
    },
    async list(collection, { limit } = {}) {
      checkCollection(collection)
      return await read(() => {
        const view = table.view()
        const entries = view.list(collection).slice(0, limit)
        view.release()
        return entries
      })
    },
    async find(query) {
      return await read(() => runQuery(table, query))
    },
    async snapshot(body) {
      const reader = openReader(access)
      try {
        return await body(reader)
      } finally {
        reader.close()
      }
    },
    async commit(writes) {
      const prepared = writes.map(prepareWrite)
      checkTogether(prepared)
      await pause()
      const refused = refusedBy(table, prepared)
      if (!refused) apply(prepared)
      await pause()
      return !refused
    },
    transaction,
    onWritten: (listener) => void listeners.push(listener),
    dump: () => [...table.all()].map(({ path, data }) => ({ path, data })),
  }
}
