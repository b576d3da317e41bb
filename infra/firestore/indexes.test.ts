// Firestore refuses a query that has no index, and only in production: so every query of the Store port must have one here.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'

const ROOT = join(import.meta.dirname, '..', '..')
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

const Firebase = z.strictObject({
  firestore: z.strictObject({ rules: z.string(), indexes: z.string() }),
})
const Scope = z.enum(['COLLECTION', 'COLLECTION_GROUP'])
const Indexes = z.strictObject({
  indexes: z.array(
    z.strictObject({
      collectionGroup: z.string(),
      queryScope: Scope,
      fields: z.array(z.strictObject({ fieldPath: z.string(), order: z.literal('ASCENDING') })),
    }),
  ),
  fieldOverrides: z.array(
    z.strictObject({
      collectionGroup: z.string(),
      fieldPath: z.string(),
      ttl: z.literal(true).optional(),
      indexes: z.array(z.strictObject({ order: z.literal('ASCENDING'), queryScope: Scope })),
    }),
  ),
})

const { firestore } = Firebase.parse(JSON.parse(read('firebase.json')))
const { indexes, fieldOverrides } = Indexes.parse(JSON.parse(read(firestore.indexes)))

/** The indexes that the comments of the port's `Query` ask for: `runs (shard, wakeAt)`. */
const ports = read('shared/ports.ts')
const wanted = [...ports.matchAll(/Index: collection group `(\w+)` \(([^)]+)\)/g)].map(
  ([, group, fields]) => `${group} (${fields})`,
)

const held = [
  ...indexes
    .filter(({ queryScope }) => queryScope === 'COLLECTION_GROUP')
    .map(
      ({ collectionGroup, fields }) =>
        `${collectionGroup} (${fields.map(({ fieldPath }) => fieldPath).join(', ')})`,
    ),
  ...fieldOverrides
    .filter((field) => field.indexes.some(({ queryScope }) => queryScope === 'COLLECTION_GROUP'))
    .map(({ collectionGroup, fieldPath }) => `${collectionGroup} (${fieldPath})`),
]

test('each query of the Store port says which index it needs', () => {
  expect(wanted).toHaveLength([...ports.matchAll(/readonly find: '/g)].length)
})

test('the indexes are those that the queries need, and no others', () => {
  expect(held.toSorted()).toEqual(wanted.toSorted())
})

test('what ends by itself has a time to live, and no index on it', () => {
  const expiring = fieldOverrides.filter(({ ttl }) => ttl)
  expect(expiring.map(({ collectionGroup }) => collectionGroup)).toEqual([
    'deadLetters',
    'attempts',
    'requests',
  ])
  expect(
    expiring.every((field) => field.fieldPath === 'expireAt' && field.indexes.length === 0),
  ).toBe(true)
})

test('rules refuse every client', () => {
  const rules = read(firestore.rules)
  const allowed = [...rules.matchAll(/allow [^;]+;/g)].map(([rule]) => rule)
  expect(allowed).toEqual(['allow read, write: if false;'])
  expect(rules).toContain('match /{document=**}')
})
