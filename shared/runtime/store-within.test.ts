import { beforeEach, expect, test } from 'vitest'
import { virtualClock } from '../../infra/local/clock.ts'
import { storeEngine, type StoreEngine } from '../../infra/local/store/store-engine.ts'
import { writeIn } from './generation.ts'
import { storeWithin } from './store-within.ts'

const PATH = 'accounts/a/things/one'
let engine: StoreEngine
beforeEach(() => {
  engine = storeEngine(virtualClock())
})

test('what is committed is seen by later reads, and lands with the transaction only', async () => {
  await engine.transaction(async (transaction) => {
    const { store, writes } = storeWithin(transaction)
    expect(await store.commit([{ op: 'create', path: PATH, data: { n: 1 } }])).toBe(true)
    expect((await store.get(PATH))?.data).toEqual({ n: 1 })
    expect(engine.dump()).toEqual([])
    writeIn(transaction, writes())
  })
  expect((await engine.get(PATH))?.data).toEqual({ n: 1 })
})

test('what is deleted is gone for later reads', async () => {
  await engine.commit([{ op: 'create', path: PATH, data: { n: 1 } }])
  await engine.transaction(async (transaction) => {
    const { store, writes } = storeWithin(transaction)
    const there = await store.get(PATH)
    if (!there) throw new Error('nothing is there')
    expect(await store.commit([{ op: 'delete', from: there }])).toBe(true)
    expect(await store.get(PATH)).toBeUndefined()
    writeIn(transaction, writes())
  })
  expect(engine.dump()).toEqual([])
})

test('a create of what is there is refused, with everything that was to land with it', async () => {
  await engine.commit([{ op: 'create', path: PATH, data: { n: 1 } }])
  await engine.transaction(async (transaction) => {
    const { store, writes } = storeWithin(transaction)
    const other = { op: 'create' as const, path: 'accounts/a/things/two', data: {} }
    expect(await store.commit([other, { op: 'create', path: PATH, data: { n: 2 } }])).toBe(false)
    expect(writes()).toEqual([])
  })
})

test('what a transaction cannot guard is refused with a word', async () => {
  await engine.transaction(async (transaction) => {
    const { store } = storeWithin(transaction)
    await expect(async () => store.list('accounts/a/things')).rejects.toThrow('cannot list')
    await expect(async () => store.transaction(async () => 1)).rejects.toThrow('cannot begin')
  })
})
