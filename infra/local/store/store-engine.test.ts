import { describe, expect, test } from 'vitest'
import { virtualClock } from '../clock.ts'
import { storeEngine } from './store-engine.ts'
import type { DocumentChange } from './writes.ts'

const path = 'accounts/a/workspaces/w'

describe('listeners', () => {
  test('hear each change once, in order of the commits, after the writer has gone on', async () => {
    const clock = virtualClock()
    const store = storeEngine(clock)
    const heard: DocumentChange[] = []
    let writing = true
    store.onWritten((change) => {
      expect(writing).toBe(false)
      heard.push(change)
    })
    const done = store.commit([
      { op: 'create', path: `${path}/clusters/b`, data: { n: 1 } },
      { op: 'create', path: `${path}/clusters/a`, data: { n: 1 } },
    ])
    writing = false
    await done
    const from = await store.get(`${path}/clusters/b`)
    if (!from) throw new Error('not stored')
    await store.transaction(async (transaction) => transaction.update(from, { n: 2 }))
    const changed = await store.get(`${path}/clusters/b`)
    if (!changed) throw new Error('not stored')
    await store.commit([{ op: 'delete', from: changed }])
    await clock.advance(0)
    expect(heard).toEqual([
      { type: 'created', path: `${path}/clusters/b`, data: { n: 1 } },
      { type: 'created', path: `${path}/clusters/a`, data: { n: 1 } },
      { type: 'updated', path: `${path}/clusters/b`, data: { n: 2 } },
      { type: 'deleted', path: `${path}/clusters/b` },
    ])
  })

  test('hear nothing of refused writes and of writes that change nothing', async () => {
    const clock = virtualClock()
    const store = storeEngine(clock)
    const heard: DocumentChange[] = []
    await store.commit([{ op: 'create', path, data: { n: 1 } }])
    await clock.advance(0)
    store.onWritten((change) => heard.push(change))
    const from = await store.get(path)
    if (!from) throw new Error('not stored')
    expect(await store.commit([{ op: 'create', path, data: { n: 2 } }])).toBe(false)
    expect(await store.commit([{ op: 'update', from, data: { n: 1 } }])).toBe(true)
    await clock.advance(0)
    expect(heard).toEqual([])
  })

  test('cannot change what is stored', async () => {
    const clock = virtualClock()
    const store = storeEngine(clock)
    let seen: unknown
    store.onWritten(({ data }) => (seen = data?.['m']))
    await store.commit([{ op: 'create', path, data: { m: { k: 1 } } }])
    await clock.advance(0)
    expect(Object.isFrozen(seen)).toBe(true)
    expect(seen).toEqual({ k: 1 })
  })
})

describe('transactions', () => {
  test('run again when what they read has changed', async () => {
    const clock = virtualClock()
    const store = storeEngine(clock)
    await store.commit([{ op: 'create', path, data: { n: 1 } }])
    let runs = 0
    const landed = store.transaction(async (transaction) => {
      runs++
      const own = await transaction.get(path)
      if (!own) throw new Error('not stored')
      if (runs === 1) await store.commit([{ op: 'update', from: own, data: { n: 10 } }])
      transaction.update(own, { n: Number(own.data['n']) + 1 })
    })
    await clock.advance(100)
    await landed
    expect(runs).toBe(2)
    expect((await store.get(path))?.data).toEqual({ n: 11 })
  })

  test('give up as unavailable when they are overtaken every time', async () => {
    const clock = virtualClock()
    const store = storeEngine(clock)
    await store.commit([{ op: 'create', path, data: { n: 0 } }])
    let runs = 0
    const lost = store.transaction(async (transaction) => {
      runs++
      const own = await transaction.get(path)
      if (!own) throw new Error('not stored')
      await store.commit([{ op: 'update', from: own, data: { n: runs } }])
      transaction.update(own, { n: -1 })
    })
    const outcome = lost.catch((error: unknown) => error)
    await clock.advance(10_000)
    expect(await outcome).toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('contention'),
    })
    expect(runs).toBe(5)
  })

  test('do not guard a list against documents created meanwhile', async () => {
    const store = storeEngine(virtualClock())
    const counted = await store.transaction(async (transaction) => {
      const uses = await transaction.list(`${path}/uses`)
      await store.commit([{ op: 'create', path: `${path}/uses/new`, data: {} }])
      transaction.create(`${path}/counted/1`, { uses: uses.length })
      return uses.length
    })
    expect(counted).toBe(0)
    expect((await store.get(`${path}/counted/1`))?.data).toEqual({ uses: 0 })
  })

  test('that only read give one moment and do not run again', async () => {
    const store = storeEngine(virtualClock())
    await store.commit([{ op: 'create', path, data: { n: 1 } }])
    await store.commit([{ op: 'create', path: `${path}/pools/p`, data: { n: 1 } }])
    const seen = await store.transaction(async (transaction) => {
      const own = await transaction.get(path)
      const pool = await store.get(`${path}/pools/p`)
      if (pool) await store.commit([{ op: 'update', from: pool, data: { n: 2 } }])
      return [own?.data['n'], (await transaction.get(`${path}/pools/p`))?.data['n']]
    })
    expect(seen).toEqual([1, 1])
  })
})

test('by default nothing takes virtual time, but others come between', async () => {
  const clock = virtualClock()
  const store = storeEngine(clock)
  const before = clock.now()
  const order: string[] = []
  const first = store.get(path).then(() => order.push('read'))
  await Promise.resolve()
  order.push('other')
  await first
  expect(order).toEqual(['other', 'read'])
  expect(clock.now()).toBe(before)
})

test('latency is taken from the clock, before and after', async () => {
  const clock = virtualClock()
  const store = storeEngine(clock, { latency: () => 5 })
  let stored: boolean | undefined
  void store.commit([{ op: 'create', path, data: {} }]).then((done) => {
    stored = done
    return done
  })
  await clock.advance(4)
  expect(store.dump()).toEqual([])
  await clock.advance(1)
  expect(store.dump()).toEqual([{ path, data: {} }])
  expect(stored).toBeUndefined()
  await clock.advance(5)
  expect(stored).toBe(true)
})

test('a snapshot that is over answers no more', async () => {
  const store = storeEngine(virtualClock())
  const reader = await store.snapshot(async (open) => await Promise.resolve(open))
  await expect(reader.get(path)).rejects.toMatchObject({ kind: 'invalid' })
})
