// Writes as Firestore takes them: each with the condition that it rests on, and the whole content of the document.
import { CallError } from '../call-error.ts'
import type { Write } from '../ports.ts'
import { documentName, fromVersion } from './firestore-reader.ts'
import type { RawWrite } from './firestore-rpc.ts'
import { code, codeOf } from './grpc-errors.ts'
import { encodedBytes, encodeFields } from './firestore-values.ts'

/** A request's largest size (10 MiB): larger ones are never answered. */
const REQUEST_BYTES_MAX = 10_485_760

/** Checks and encodes. Throws `invalid`. */
export function encodeWrite(root: string, write: Write): RawWrite {
  const path = write.op === 'create' ? write.path : write.from.path
  const name = documentName(root, path)
  if (write.op === 'create')
    return {
      update: { name, fields: encodeFields(path, write.data) },
      currentDocument: { exists: false },
    }
  const currentDocument = { updateTime: fromVersion(write.from.version) }
  if (write.op === 'delete') return { delete: name, currentDocument }
  return { update: { name, fields: encodeFields(path, write.data) }, currentDocument }
}

/** Throws `invalid` for more than one request holds, and for what would make the order of writes matter. */
export function checkTogether(writes: readonly RawWrite[]): void {
  const names = new Set<string | undefined>()
  let bytes = 0
  for (const { update, delete: deleted } of writes) {
    const name = update?.name ?? deleted
    if (names.has(name)) throw new CallError('invalid', `store: one commit writes ${name} twice`)
    names.add(name)
    if (update) bytes += encodedBytes(update.fields)
  }
  if (bytes > REQUEST_BYTES_MAX)
    throw new CallError(
      'invalid',
      `store: a commit of ${bytes} bytes; ${REQUEST_BYTES_MAX} at most`,
    )
}

/** Whether a commit was refused by a condition of one of its writes. */
export function isRefusal(error: unknown): boolean {
  const refusal = codeOf(error)
  /** The database itself can be missing too, and that is nobody's having been first. */
  if (refusal === code.notFound) return !(error instanceof Error && /database/i.test(error.message))
  return refusal === code.alreadyExists || refusal === code.failedPrecondition
}
