// The types of documents are those that paths are made for: a new path needs its line there.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { entityOfDocument, storedTypeOf, storedTypes } from './stored-types.ts'
import * as paths from './paths.ts'

const W = 'accounts/a/workspaces/w'

test('every path that is made has a type', () => {
  const made = readFileSync(new URL('paths.ts', import.meta.url), 'utf8')
  const names = [...made.matchAll(/export const (\w+Path) =/g)].map(([, name]) => name ?? '')
  expect(names.length).toBeGreaterThan(10)
  for (const name of names) {
    const make: unknown = Reflect.get(paths, name)
    if (typeof make !== 'function') throw new Error(`${name} makes no path`)
    const path: unknown = Reflect.apply(make, undefined, [W, 1])
    expect([name, storedTypeOf(String(path))?.name]).not.toContain(undefined)
  }
})

test('no two types stand at one place', () => {
  expect(new Set(storedTypes.map(({ at }) => at)).size).toBe(storedTypes.length)
})

test('a document belongs to the nearest entity', () => {
  expect(entityOfDocument(`${W}/clusters/c/runs/1`)).toBe(`${W}/clusters/c`)
  expect(entityOfDocument(`${W}/slots/1`)).toBe(W)
  expect(entityOfDocument('accounts/a/requests/r/facts/f')).toBeUndefined()
})
