// Snapshots and transactions of the store engine. A transaction is optimistic: it reads one moment, and lands only if what
// it read is still so. Documents that it did not see, created meanwhile, are not guarded, as in the emulator.
import { CallError } from '../../../shared/call-error.ts'
import { readsBeforeWrites } from '../../../shared/clients/reads-before-writes.ts'
import type { SnapshotReader, Transaction, Write } from '../../../shared/ports.ts'
import type { Instant } from '../../../shared/domain/time.ts'
import { checkCollection, documentName } from './document-name.ts'
import type { DocumentTable, View } from './document-table.ts'
import { type PreparedWrite, prepareWrite } from './writes.ts'

export interface ReadAccess {
  readonly table: DocumentTable
  now(): Instant
  /** Lets others come between. */
  pause(): Promise<void>
}

export interface OpenReader extends SnapshotReader {
  close(): void
}

/** Reads of the moment of the first read. `onRead` hears what was seen: `undefined` where there is no document. */
export function openReader(
  access: ReadAccess,
  onRead: (path: string, version: string | undefined) => void = () => {},
): OpenReader {
  let moment: { readonly view: View; readonly at: Instant } | undefined
  let closed = false

  function see<T>(look: (view: View) => T): T {
    if (closed) throw new CallError('invalid', 'store: a read after the snapshot was over')
    moment ??= { view: access.table.view(), at: access.now() }
    return look(moment.view)
  }

  return {
    async get(path) {
      documentName(path)
      await access.pause()
      const entry = see((view) => view.get(path))
      onRead(path, entry?.version)
      await access.pause()
      return entry
    },
    async list(collection, options = {}) {
      checkCollection(collection)
      await access.pause()
      const entries = see((view) => view.list(collection)).slice(0, options.limit)
      for (const entry of entries) onRead(entry.path, entry.version)
      await access.pause()
      return entries
    },
    readTime() {
      if (!moment) throw new CallError('invalid', 'store: readTime before the first read')
      return moment.at
    },
    close() {
      closed = true
      moment?.view.release()
    },
  }
}

export interface Attempt<T> {
  readonly result: T
  readonly writes: readonly PreparedWrite[]
  /** Whether everything that was read is still so. */
  stillTrue(): boolean
}

/** Runs the body once against one moment. */
export async function attemptTransaction<T>(
  access: ReadAccess,
  body: (transaction: Transaction) => Promise<T>,
): Promise<Attempt<T>> {
  const read = new Map<string, string | undefined>()
  const writes: PreparedWrite[] = []
  const reader = openReader(access, (path, version) => read.set(path, version))
  const write = (one: Write): void => void writes.push(prepareWrite(one))
  try {
    const result = await body(readsBeforeWrites(reader, write))
    return {
      result,
      writes,
      stillTrue: () =>
        [...read].every(([path, version]) => access.table.get(path)?.version === version),
    }
  } finally {
    reader.close()
  }
}
