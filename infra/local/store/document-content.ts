// What Firestore takes as the content of a document: checked, measured, copied and frozen, so that nobody can change what is
// stored, and it is handed out without another copy.
import { isDeepStrictEqual } from 'node:util'
import { CallError } from '../../../shared/call-error.ts'
import type { Fields } from '../../../shared/ports.ts'

/** Bytes of one document by Firestore's own count (1 MiB). */
const DOCUMENT_BYTES_MAX = 1_048_576
/** Bytes of one field's text: what is left beside names and index. */
const TEXT_BYTES_MAX = 1_048_487
const KEY_BYTES_MAX = 1500
const DEPTH_MAX = 20

/** A copy under way: the bytes so far, and where it stands, as keys and indexes. */
interface Copying {
  bytes: number
  readonly path: string
  readonly trail: (string | number)[]
}

function refuse({ path, trail }: Copying, fault: string): never {
  const where = trail.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
  throw new CallError('invalid', `store: ${path}${where.join('')} ${fault}`)
}

function countKey(copying: Copying, key: string): void {
  if (key === '') refuse(copying, 'has a field without a name')
  if (key.startsWith('__') && /^__.*__$/s.test(key))
    refuse(copying, `has the reserved field "${key}"`)
  const bytes = Buffer.byteLength(key)
  if (bytes > KEY_BYTES_MAX) refuse(copying, `has a field name of ${bytes} bytes`)
  copying.bytes += bytes + 1
}

function copyMap(copying: Copying, map: object, depth: number): unknown {
  const prototype: unknown = Object.getPrototypeOf(map)
  if (prototype !== Object.prototype && prototype !== null) refuse(copying, 'is not plain JSON')
  if (depth > DEPTH_MAX) refuse(copying, `is deeper than ${DEPTH_MAX} levels`)
  const copy: Record<string, unknown> = {}
  for (const [key, field] of Object.entries(map)) {
    if (field === undefined) continue
    copying.trail.push(key)
    copy[key] = copyValue(copying, field, depth + 1)
    copying.trail.pop()
    countKey(copying, key)
  }
  return Object.freeze(copy)
}

function copyList(copying: Copying, list: readonly unknown[], depth: number): unknown {
  const copy = list.map((item, index) => {
    copying.trail.push(index)
    if (Array.isArray(item)) refuse(copying, 'is an array in an array')
    if (item === undefined) refuse(copying, 'is undefined')
    const copied = copyValue(copying, item, depth + 1)
    copying.trail.pop()
    return copied
  })
  return Object.freeze(copy)
}

function copyValue(copying: Copying, value: unknown, depth: number): unknown {
  if (typeof value === 'string') {
    const bytes = Buffer.byteLength(value)
    if (bytes > TEXT_BYTES_MAX) refuse(copying, `is longer than ${TEXT_BYTES_MAX} bytes`)
    copying.bytes += bytes + 1
    return value
  }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) refuse(copying, `is ${value}`)
    copying.bytes += 8
    return value
  }
  if (value === null || typeof value === 'boolean') {
    copying.bytes += 1
    return value
  }
  if (typeof value !== 'object') return refuse(copying, `is a ${typeof value}`)
  return Array.isArray(value) ? copyList(copying, value, depth) : copyMap(copying, value, depth)
}

/** What Firestore counts for a document's name: 16 bytes, and each segment with one more. */
function nameBytes(path: string): number {
  return Buffer.byteLength(path) + 1 + 16
}

/** A frozen copy without undefined fields, and the bytes it counts for. Throws `invalid`. */
export function contentOf(path: string, data: Fields): { data: Fields; bytes: number } {
  const copying: Copying = { bytes: nameBytes(path) + 32, path, trail: [] }
  // Of plain fields comes a plain copy.
  const copy = copyMap(copying, data, 0) as Fields
  const { bytes } = copying
  if (bytes > DOCUMENT_BYTES_MAX)
    refuse(copying, `has ${bytes} bytes; a document has at most ${DOCUMENT_BYTES_MAX}`)
  return { data: copy, bytes }
}

export function sameContent(left: Fields, right: Fields): boolean {
  return isDeepStrictEqual(left, right)
}
