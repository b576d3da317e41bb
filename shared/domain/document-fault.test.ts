// What is wrong with a document is said so that somebody can mend it; what a later version has added is no fault.
import { expect, test } from 'vitest'
import { z } from 'zod'
import { checkDocument, FORMAT } from './document-fault.ts'
import { Run } from './run.ts'

const Small = z.object({ name: z.string(), inner: z.strictObject({ count: z.int() }) })
const good = { name: 'a', inner: { count: 1 } }

test('what is as it should be is its value', () => {
  expect(checkDocument(Small, good)).toEqual({ value: good })
  expect(checkDocument(Small, { ...good, format: FORMAT })).toEqual({ value: good })
})

test('fields that this version does not know are no fault, strict or not', () => {
  const later = { ...good, extra: [1], inner: { count: 1, more: { deep: true } } }
  expect(checkDocument(Small, later)).toEqual({ value: good })
})

test.each([
  ['a later format', { ...good, format: FORMAT + 1 }, { is: 'newer', field: 'format', got: '2' }],
  ['a format that is none', { ...good, format: 'x' }, { is: 'unreadable', field: 'format' }],
  ['a missing field', { inner: good.inner }, { is: 'unreadable', field: 'name', got: 'nothing' }],
  ['null', { ...good, name: null }, { is: 'unreadable', field: 'name', got: 'null' }],
  [
    'another type',
    { ...good, inner: { count: '1', more: 1 } },
    { is: 'unreadable', field: 'inner.count', got: '1', allowed: 'a number' },
  ],
  [
    'so much that it could not be written again',
    { ...good, notes: 'x'.repeat(900_001) },
    { is: 'too-large', field: 'notes' },
  ],
])('%s is a fault that names the field', (_, data, fault) => {
  expect(checkDocument(Small, data)).toMatchObject({ fault })
})

test('a run that is wanted up without an alarm is seen: nobody would look at it again', () => {
  const settled = {
    generation: 1,
    direction: 'up',
    request: 'r',
    shard: 0,
    tries: 0,
    createdAt: 1,
    is: 'settled',
    settledAt: 2,
  }
  expect(checkDocument(Run, settled)).toMatchObject({ fault: { field: 'plan' } })
  expect(checkDocument(Run, { ...settled, direction: 'down' })).toHaveProperty('value')
})
