// Content as Firestore's protocol has it. One field is special: `expireAt` at the top, milliseconds for us, is a timestamp
// there, because its time to live works on nothing else.
import { CallError } from '../call-error.ts'
import type { Fields } from '../ports.ts'

/** `google.protobuf.Timestamp`. */
export interface Timestamp {
  readonly seconds: string | number
  readonly nanos: number
}

/** `google.firestore.v1.Value`: what Kindling stores of it. Decoded messages name the field that is set in `valueType`. */
export interface Value {
  readonly valueType?: string
  readonly nullValue?: 'NULL_VALUE'
  readonly booleanValue?: boolean
  readonly integerValue?: string | number
  readonly doubleValue?: number
  readonly stringValue?: string
  readonly timestampValue?: Timestamp
  readonly arrayValue?: { readonly values?: Value[] | null }
  readonly mapValue?: { readonly fields?: Record<string, Value> | null }
}

const EXPIRE_AT = 'expireAt'
/** The server refuses more than 20; this only ends a cycle. */
const DEPTH_MAX = 100

function refuse(where: string, fault: string): never {
  throw new CallError('invalid', `store: ${where} ${fault}`)
}

export function toTimestamp(instant: number): Timestamp {
  const seconds = Math.floor(instant / 1000)
  return { seconds, nanos: Math.round((instant - seconds * 1000) * 1_000_000) }
}

/** Whole milliseconds, rounded down. */
export function fromTimestamp({ seconds, nanos }: Timestamp): number {
  return Number(seconds) * 1000 + Math.floor(nanos / 1_000_000)
}

function encodeNumber(value: number, where: string): Value {
  if (!Number.isFinite(value)) refuse(where, `is ${value}`)
  return Number.isSafeInteger(value) && !Object.is(value, -0)
    ? { integerValue: value }
    : { doubleValue: value }
}

function encodeMap(map: object, where: string, depth: number): Record<string, Value> {
  const prototype: unknown = Object.getPrototypeOf(map)
  if (prototype !== Object.prototype && prototype !== null) refuse(where, 'is not plain JSON')
  if (depth > DEPTH_MAX) refuse(where, 'is too deep')
  const fields: Record<string, Value> = {}
  for (const [key, value] of Object.entries(map)) {
    if (key === '') refuse(where, 'has a field without a name')
    if (/^__.*__$/s.test(key)) refuse(where, `has the reserved field "${key.slice(0, 80)}"`)
    if (value !== undefined) fields[key] = encodeValue(value, `${where}.${key}`, depth + 1)
  }
  return fields
}

function encodeValue(value: unknown, where: string, depth: number): Value {
  if (value === null) return { nullValue: 'NULL_VALUE' }
  if (typeof value === 'boolean') return { booleanValue: value }
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'number') return encodeNumber(value, where)
  if (Array.isArray(value)) {
    if (depth > DEPTH_MAX) refuse(where, 'is too deep')
    return {
      arrayValue: {
        values: value.map((item, index) => encodeValue(item, `${where}[${index}]`, depth + 1)),
      },
    }
  }
  if (typeof value === 'object') return { mapValue: { fields: encodeMap(value, where, depth) } }
  return refuse(where, `is ${typeof value}`)
}

/** Throws `invalid` for what JSON has not. `path` is for the message. */
export function encodeFields(path: string, data: Fields): Record<string, Value> {
  const fields = encodeMap(data, path, 0)
  const expireAt = data[EXPIRE_AT]
  if (typeof expireAt === 'number') fields[EXPIRE_AT] = { timestampValue: toTimestamp(expireAt) }
  return fields
}

function decodeValue(value: Value): unknown {
  switch (value.valueType) {
    case 'nullValue':
      return null
    case 'booleanValue':
      return value.booleanValue
    case 'integerValue':
      return Number(value.integerValue)
    case 'doubleValue':
      return value.doubleValue
    case 'stringValue':
      return value.stringValue
    case 'timestampValue':
      return value.timestampValue && fromTimestamp(value.timestampValue)
    case 'arrayValue':
      return (value.arrayValue?.values ?? []).map(decodeValue)
    case 'mapValue':
      return decodeFields(value.mapValue?.fields)
    case undefined:
    default:
      throw new CallError('invalid', `store: a stored value of type ${value.valueType}`)
  }
}

export function decodeFields(fields: Readonly<Record<string, Value>> | null | undefined): Fields {
  return Object.fromEntries(
    Object.entries(fields ?? {}).map(([key, value]) => [key, decodeValue(value)]),
  )
}

/** Bytes that the fields take on the wire, a little less than exact: for the limit of a request. */
export function encodedBytes(fields: Readonly<Record<string, Value>>): number {
  return Object.entries(fields).reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + valueBytes(value),
    0,
  )
}

function valueBytes(value: Value): number {
  if (value.stringValue !== undefined) return Buffer.byteLength(value.stringValue)
  if (value.mapValue) return encodedBytes(value.mapValue.fields ?? {})
  return (value.arrayValue?.values ?? []).reduce((sum, item) => sum + valueBytes(item), 1)
}
