// Applies writes to the table: all or none, each under its condition.
import { CallError } from '../../../shared/call-error.ts'
import type { Write } from '../../../shared/ports.ts'
import { contentOf, sameContent } from './document-content.ts'
import { documentName } from './document-name.ts'
import type { DocumentTable, Entry } from './document-table.ts'

/** Bytes of one request (10 MiB). */
const REQUEST_BYTES_MAX = 10_485_760

/** A write whose content is checked and nobody else's any more. */
export interface PreparedWrite {
  readonly op: Write['op']
  readonly path: string
  /** The version that it was read at; absent = the document must not exist. */
  readonly version?: string
  readonly data?: Entry['data']
  readonly bytes: number
}

export interface DocumentChange {
  readonly type: 'created' | 'updated' | 'deleted'
  readonly path: string
  /** The new content; absent when deleted. */
  readonly data?: Entry['data']
}

/** Checks and copies. Throws `invalid`. */
export function prepareWrite(write: Write): PreparedWrite {
  const path = write.op === 'create' ? write.path : write.from.path
  documentName(path)
  if (write.op === 'create') return { op: 'create', path, ...contentOf(path, write.data) }
  const { version } = write.from
  if (write.op === 'delete') return { op: 'delete', path, version, bytes: 0 }
  return { op: 'update', path, version, ...contentOf(path, write.data) }
}

/** Throws `invalid` for what Firestore refuses, or what would make the order of writes matter. */
export function checkTogether(writes: readonly PreparedWrite[]): void {
  const paths = new Set<string>()
  let bytes = 0
  for (const write of writes) {
    if (paths.has(write.path))
      throw new CallError('invalid', `store: one commit writes ${write.path} twice`)
    paths.add(write.path)
    bytes += write.bytes
  }
  if (bytes > REQUEST_BYTES_MAX)
    throw new CallError(
      'invalid',
      `store: a commit of ${bytes} bytes; ${REQUEST_BYTES_MAX} at most`,
    )
}

/** The first write whose condition does not hold. */
export function refusedBy(
  table: DocumentTable,
  writes: readonly PreparedWrite[],
): PreparedWrite | undefined {
  return writes.find((write) => table.get(write.path)?.version !== write.version)
}

/** Writes whose conditions hold; answers what changed. A write that changes nothing keeps the version, as in Firestore. */
export function applyWrites(
  table: DocumentTable,
  writes: readonly PreparedWrite[],
  nextVersion: () => string,
): DocumentChange[] {
  const changes: DocumentChange[] = []
  for (const { op, path, data } of writes) {
    const old = table.get(path)
    if (!data) {
      table.set(path, undefined)
      changes.push({ type: 'deleted', path })
    } else if (!old || !sameContent(old.data, data)) {
      table.set(path, { path, data, version: nextVersion() })
      changes.push({ type: op === 'create' ? 'created' : 'updated', path, data })
    }
  }
  return changes
}
