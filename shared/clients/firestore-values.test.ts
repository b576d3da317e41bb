import { assert, dictionary, jsonValue, pre, property, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  decodeFields,
  encodedBytes,
  encodeFields,
  fromTimestamp,
  toTimestamp,
  type Value,
} from './firestore-values.ts'

/** What the wire makes of a value: the field that is set gets a name, and whole numbers come as text. */
function overTheWire(value: Value): Value {
  const [valueType, content] = Object.entries(value)[0] ?? ['', undefined]
  if (value.mapValue)
    return { valueType, mapValue: { fields: fieldsOverTheWire(value.mapValue.fields ?? {}) } }
  if (value.arrayValue)
    return { valueType, arrayValue: { values: (value.arrayValue.values ?? []).map(overTheWire) } }
  if (value.integerValue !== undefined) return { valueType, integerValue: String(content) }
  return { valueType, ...value }
}

const fieldsOverTheWire = (fields: Readonly<Record<string, Value>>): Record<string, Value> =>
  Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, overTheWire(value)]))

describe('content', () => {
  test('any JSON comes back as it was', () => {
    const json = jsonValue({ depthSize: 'small' })
    const key = string({ minLength: 1 }).filter(
      (name) => name !== 'expireAt' && !/^__.*__$/s.test(name),
    )
    assert(
      property(dictionary(key, json), (data) => {
        const plain = JSON.parse(JSON.stringify(data)) as Record<string, unknown>
        pre(!/"(__[^"]*__)?":/.test(JSON.stringify(plain)))
        expect(decodeFields(fieldsOverTheWire(encodeFields('c/d', plain)))).toEqual(plain)
      }),
      { seed: 1, numRuns: 200 },
    )
  })

  test('whole numbers are integers, others doubles', () => {
    const fields = encodeFields('c/d', { whole: 5, large: 2 ** 60, part: 0.5, zero: -0 })
    expect(fields).toEqual({
      whole: { integerValue: 5 },
      large: { doubleValue: 2 ** 60 },
      part: { doubleValue: 0.5 },
      zero: { doubleValue: -0 },
    })
  })

  test('expireAt is a timestamp at the top, and nowhere else', () => {
    const fields = encodeFields('c/d', { expireAt: 1500, map: { expireAt: 1500 } })
    expect(fields).toEqual({
      expireAt: { timestampValue: { seconds: 1, nanos: 500_000_000 } },
      map: { mapValue: { fields: { expireAt: { integerValue: 1500 } } } },
    })
    expect(decodeFields(fieldsOverTheWire(fields))).toEqual({
      expireAt: 1500,
      map: { expireAt: 1500 },
    })
  })

  test('a cycle is refused, where it is', () => {
    const cycle: Record<string, unknown> = {}
    cycle['self'] = cycle
    expect(() => encodeFields('c/d', cycle)).toThrow('is too deep')
  })

  test('its size counts text in UTF-8', () => {
    expect(encodedBytes(encodeFields('c/d', { é: 'é', list: ['abc'] }))).toBe(2 + 2 + 4 + 1 + 3)
  })
})

test.for([0, 1, 999, 1000, 1_793_000_000_123])('%i ms are a timestamp and back', (instant) => {
  expect(fromTimestamp(toTimestamp(instant))).toBe(instant)
})
