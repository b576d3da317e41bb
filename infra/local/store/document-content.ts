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

interface Copy {
  readonly value: unknown
  readonly bytes: number
}

function refuse(where: string, fault: string): never {
  throw new CallError('invalid', `store: ${where} ${fault}`)
}

function copyKey(key: string, where: string): number {
  if (key === '') refuse(where, 'has a field without a name')
  if (/^__.*__$/s.test(key)) refuse(where, `has the reserved field "${key}"`)
  const bytes = Buffer.byteLength(key) + 1
  if (bytes > KEY_BYTES_MAX + 1) refuse(where, `has a field name of ${bytes - 1} bytes`)
  return bytes
}

function copyMap(map: object, where: string, depth: number): Copy {
  const prototype: unknown = Object.getPrototypeOf(map)
  if (prototype !== Object.prototype && prototype !== null) refuse(where, 'is not plain JSON')
  if (depth > DEPTH_MAX) refuse(where, `is deeper than ${DEPTH_MAX} levels`)
  const value: Record<string, unknown> = {}
  let bytes = 0
  for (const [key, field] of Object.entries(map)) {
    if (field === undefined) continue
    const copy = copyValue(field, `${where}.${key}`, depth + 1)
    bytes += copyKey(key, where) + copy.bytes
    value[key] = copy.value
  }
  return { value: Object.freeze(value), bytes }
}

function copyList(list: readonly unknown[], where: string, depth: number): Copy {
  const value: unknown[] = []
  let bytes = 0
  for (const [index, item] of list.entries()) {
    const place = `${where}[${index}]`
    if (Array.isArray(item)) refuse(place, 'is an array in an array')
    if (item === undefined) refuse(place, 'is undefined')
    const copy = copyValue(item, place, depth + 1)
    value.push(copy.value)
    bytes += copy.bytes
  }
  return { value: Object.freeze(value), bytes }
}

function copyValue(value: unknown, where: string, depth: number): Copy {
  if (value === null || typeof value === 'boolean') return { value, bytes: 1 }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) refuse(where, `is ${value}`)
    return { value, bytes: 8 }
  }
  if (typeof value === 'string') {
    const bytes = Buffer.byteLength(value)
    if (bytes > TEXT_BYTES_MAX) refuse(where, `is longer than ${TEXT_BYTES_MAX} bytes`)
    return { value, bytes: bytes + 1 }
  }
  if (typeof value === 'object')
    return Array.isArray(value) ? copyList(value, where, depth) : copyMap(value, where, depth)
  return refuse(where, `is a ${typeof value}`)
}

/** What Firestore counts for a document's name: 16 bytes, and each segment with one more. */
function nameBytes(path: string): number {
  return Buffer.byteLength(path) + 1 + 16
}

/** A frozen copy without undefined fields, and the bytes it counts for. Throws `invalid`. */
export function contentOf(path: string, data: Fields): { data: Fields; bytes: number } {
  const copy = copyMap(data, path, 0)
  const bytes = nameBytes(path) + copy.bytes + 32
  if (bytes > DOCUMENT_BYTES_MAX)
    refuse(path, `has ${bytes} bytes; a document has at most ${DOCUMENT_BYTES_MAX}`)
  return { data: copy.value as Fields, bytes }
}

export function sameContent(left: Fields, right: Fields): boolean {
  return isDeepStrictEqual(left, right)
}
