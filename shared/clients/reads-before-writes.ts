// What a transaction's body is handed, whichever store is behind it: its reads come before its writes.
import { CallError } from '../call-error.ts'
import type { SnapshotReader, Transaction, Write } from '../ports.ts'

/** Reads throw `invalid` once something was written. `write` keeps the write, or refuses it by throwing. */
export function readsBeforeWrites(
  reader: SnapshotReader,
  write: (one: Write) => void,
): Transaction {
  let hasWritten = false
  function add(one: Write): void {
    write(one)
    hasWritten = true
  }
  function checkNothingWritten(): void {
    if (hasWritten) throw new CallError('invalid', 'store: a transaction reads before it writes')
  }
  return {
    async get(path) {
      checkNothingWritten()
      return await reader.get(path)
    },
    async list(collection, options) {
      checkNothingWritten()
      return await reader.list(collection, options)
    },
    readTime: () => reader.readTime(),
    create: (path, data) => add({ op: 'create', path, data }),
    update: (from, data) => add({ op: 'update', from, data }),
    delete: (from) => add({ op: 'delete', from }),
  }
}
