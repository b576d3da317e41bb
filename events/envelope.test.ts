// The envelope: what is a CloudEvent here, and how an event is declared.
import { expect, test } from 'vitest'
import { z } from 'zod'
import { refusedFields } from '../test/refused-fields.ts'
import { declareEvent, Envelope } from './envelope.ts'

const least = { specversion: '1.0', id: '1', source: '/tests', type: 'some.type', data: {} }

test('the four attributes that CloudEvents requires, and data, are enough', () => {
  expect(refusedFields(Envelope, least)).toEqual([])
})

test('extension attributes are kept', () => {
  expect(Envelope.parse({ ...least, partitionkey: 'a' })).toHaveProperty('partitionkey', 'a')
})

const bad: readonly [string, Record<string, unknown>, string][] = [
  ['no specversion', { specversion: undefined }, 'specversion'],
  ['another specversion', { specversion: '0.3' }, 'specversion'],
  ['no id', { id: undefined }, 'id'],
  ['an empty id', { id: '' }, 'id'],
  ['an id that is a number', { id: 7 }, 'id'],
  ['an id of 129 characters', { id: 'i'.repeat(129) }, 'id'],
  ['no source', { source: undefined }, 'source'],
  ['no type', { type: undefined }, 'type'],
  ['a time that is none', { time: 'yesterday' }, 'time'],
  ['a day that no month has', { time: '2026-02-30T00:00:00Z' }, 'time'],
  ['content that is not JSON', { datacontenttype: 'text/plain' }, 'datacontenttype'],
  ['a broken trace', { traceparent: '00-xyz' }, 'traceparent'],
]

test.each(bad)('%s is refused', (_, change, field) => {
  expect(refusedFields(Envelope, { ...least, ...change })).toEqual([field])
})

test.each([['text'], [7], [null], [[]]])('%j is not a CloudEvent', (value) => {
  expect(refusedFields(Envelope, value)).not.toEqual([])
})

test('a declaration derives type and topic from the name', () => {
  const declared = declareEvent('disk.nearly.full', 'A disk is nearly full', z.strictObject({}))
  expect(declared).toMatchObject({
    type: 'kindling.disk.nearly.full.v1',
    topic: 'disk-nearly-full',
  })
})
