// What older code does not know of a document, it keeps.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { keepUnknown } from './unknown-fields.ts'

const stored = {
  state: 'RUNNING',
  spec: { size: 1, color: 'red' },
  items: [{ key: 'a' }, { key: 'b', weight: 2 }],
  later: true,
}
const known = { state: 'RUNNING', spec: { size: 1 }, items: [{ key: 'a' }, { key: 'b' }] }

test('an unknown field stays where it was, whatever else is written', () => {
  const next = { state: 'RESIZING', spec: { size: 5 }, items: known.items }
  expect(keepUnknown(stored, known, next)).toEqual({
    state: 'RESIZING',
    spec: { size: 5, color: 'red' },
    items: [{ key: 'a' }, { key: 'b', weight: 2 }],
    later: true,
  })
})

test('a known field that is left out goes, and so does what was inside it', () => {
  expect(keepUnknown(stored, known, { state: 'TERMINATED' })).toEqual({
    state: 'TERMINATED',
    later: true,
  })
})

test('in a list it stays with the element that is otherwise the same, wherever that is now', () => {
  const next = { ...known, items: [{ key: 'b' }, { key: 'c' }] }
  expect(keepUnknown(stored, known, next)).toMatchObject({
    items: [{ key: 'b', weight: 2 }, { key: 'c' }],
  })
})

test('what this code writes wins over an unknown field of the same name', () => {
  expect(keepUnknown(stored, known, { ...known, later: false })).toMatchObject({ later: false })
})

test('where everything is known the value is written as it is', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (value, next) => {
      expect(keepUnknown(value, value, next)).toBe(next)
    }),
  )
})
