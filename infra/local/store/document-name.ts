// What Firestore takes as the path of a document or collection, and its order of names.
import { CallError } from '../../../shared/call-error.ts'

/** Bytes of UTF-8 that one id may have. */
const ID_BYTES_MAX = 1500

function idFault(id: string): string | undefined {
  if (id === '') return 'is empty'
  if (id === '.' || id === '..') return 'is a dot segment'
  if (id.startsWith('__') && /^__.*__$/s.test(id)) return 'is reserved'
  if (id.length * 3 > ID_BYTES_MAX && Buffer.byteLength(id) > ID_BYTES_MAX)
    return `has more than ${ID_BYTES_MAX} bytes`
  return undefined
}

function segmentsOf(path: string): string[] {
  const segments = path.split('/')
  for (const id of segments) {
    const fault = idFault(id)
    if (fault) throw new CallError('invalid', `store: the id "${id.slice(0, 80)}" ${fault}`)
  }
  return segments
}

export interface DocumentName {
  readonly path: string
  /** Path of the collection. */
  readonly collection: string
  /** The collection's last segment, which collection-group queries go by. */
  readonly group: string
  readonly id: string
}

/** Throws `invalid` for what is not the path of a document. */
export function documentName(path: string): DocumentName {
  const segments = segmentsOf(path)
  const id = segments.at(-1)
  const group = segments.at(-2)
  if (id === undefined || group === undefined || segments.length % 2 === 1)
    throw new CallError('invalid', `store: "${path}" is not the path of a document`)
  return { path, collection: path.slice(0, path.length - id.length - 1), group, id }
}

/** Throws `invalid` for what is not the path of a collection. */
export function checkCollection(path: string): void {
  if (segmentsOf(path).length % 2 === 0)
    throw new CallError('invalid', `store: "${path}" is not the path of a collection`)
}

/** Order of ids: by their UTF-8 bytes, which JavaScript's own order is not above U+D7FF. */
export function compareIds(left: string, right: string): number {
  if (left === right) return 0
  if (/[\ud800-\uffff]/.test(left + right))
    return Buffer.compare(Buffer.from(left), Buffer.from(right))
  return left < right ? -1 : 1
}

/** Order of documents of different collections: segment by segment. */
export function comparePaths(left: string, right: string): number {
  const rights = right.split('/')
  for (const [index, id] of left.split('/').entries()) {
    const other = rights[index]
    if (other === undefined) return 1
    const order = compareIds(id, other)
    if (order !== 0) return order
  }
  return left.length - right.length
}
