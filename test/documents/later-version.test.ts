// Documents as a later version would have written them, with fields in them that this one does not know, at every level: this
// version works with them, and keeps them in whatever it writes.
import { expect, test } from 'vitest'
import type { Fields } from '../../shared/ports.ts'
import { CLUSTER, WORKSPACE } from '../loop/fixture.ts'
import { ask, startRunning } from '../loop/lifecycle.ts'
import { parkedIn } from './scene.ts'

const ADDED = { since: 2 }

/** Things outside say what they are in the store's words: those are no fields of ours. */
const OPAQUE = new Set(['output', 'input', 'parameters'])

function withMore(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withMore)
  if (typeof value !== 'object' || value === null) return value
  const fields = Object.entries(value).map(([name, field]): [string, unknown] => [
    name,
    OPAQUE.has(name) ? field : withMore(field),
  ])
  return { ...Object.fromEntries(fields), added: ADDED }
}

const at = (data: Fields | undefined, ...path: readonly string[]): unknown =>
  [...path, 'added'].reduce<unknown>((found, name) => Reflect.get(Object(found), name), data)

test('a cluster is resized and ended among them, and nothing of them is lost', async () => {
  const loop = await startRunning(2)
  const { store } = loop.stack
  for (const { path } of store.dump()) {
    const from = await store.get(path)
    if (!from) continue
    const data = { ...from.data, ...Object(withMore(from.data)) }
    await store.commit([{ op: 'update', from, data }])
  }
  const before = new Map(store.dump().map(({ path, data }) => [path, JSON.stringify(data)]))
  await ask(loop, 'resize', { action: 'resize', executors: { count: 60 } })
  await loop.reach(CLUSTER, 'RESIZING')
  await loop.reach(CLUSTER, 'RUNNING')
  await ask(loop, 'end', { action: 'terminate' })
  await loop.reach(CLUSTER, 'TERMINATED')

  expect(parkedIn(loop)).toEqual([])
  const rewritten = store
    .dump()
    .filter(({ path, data }) => (before.get(path) ?? JSON.stringify(data)) !== JSON.stringify(data))
  expect(rewritten.length).toBeGreaterThan(2)
  const lost = rewritten.filter(({ data }) => at(data) === undefined)
  expect(lost.map(({ path }) => path)).toEqual([])
  const cluster = (await store.get(CLUSTER))?.data
  expect([at(cluster, 'spec'), at(cluster, 'spec', 'executors')]).toEqual([ADDED, ADDED])
  const run = (await store.get(`${CLUSTER}/runs/1`))?.data
  expect([at(run, 'plan'), at(run, 'plan', 'subject', 'identity')]).toEqual([ADDED, ADDED])
  expect(at((await store.get(WORKSPACE))?.data)).toEqual(ADDED)
  await loop.stop()
}, 120_000)
