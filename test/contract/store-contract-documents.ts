// The part of the store contract about single documents, their versions and their collections.
import { describe, expect, test } from 'vitest'
import type { StoreSubject } from './store-contract.ts'

/** What is frozen says so, which is as good as a copy. */
function tryTo(change: () => void): void {
  try {
    change()
  } catch {
    // It could not.
  }
}

export function documentTests(subject: StoreSubject): void {
  contentTests(subject)
  versionTests(subject)
  collectionTests(subject)
}

function contentTests(subject: StoreSubject): void {
  describe('content', () => {
    test('a document that is not there is undefined', async () => {
      expect(await subject.store.get(`${subject.root()}/clusters/c-1`)).toBeUndefined()
    })

    test('JSON comes back as it was written', async () => {
      const data = {
        text: 'größer 文 🙂',
        empty: '',
        count: 1000,
        float: 0.25,
        instant: 1_793_000_000_123,
        negative: -5,
        largest: Number.MAX_SAFE_INTEGER,
        yes: true,
        no: false,
        nothing: null,
        list: [1, 'two', null, { three: [3] }],
        emptyList: [],
        emptyMap: {},
        labels: { 'app.kubernetes.io/name': 'spark', 'a`b': 1, '1st': 2, 'with space': 3 },
        'dotted.name': { deep: { deeper: { deepest: [{}] } } },
      }
      const { path, data: stored, version } = await subject.put(`${subject.root()}/pools/p`, data)
      expect(stored).toEqual(data)
      expect(version).not.toBe('')
      expect(path.endsWith('/workspaces/w-1/pools/p')).toBe(true)
    })

    test('a key whose value is undefined is not stored', async () => {
      const path = `${subject.root()}/clusters/c-1`
      const { data } = await subject.put(path, { a: 1, b: undefined, c: { d: undefined, e: 2 } })
      expect(Object.keys(data).toSorted()).toEqual(['a', 'c'])
      expect(data).toStrictEqual({ a: 1, c: { e: 2 } })
    })

    test('nobody holds what is stored: changing what was written or read changes nothing', async () => {
      const path = `${subject.root()}/clusters/c-1`
      const written = { want: { executors: 4 }, zones: ['a'] }
      const read = (await subject.put(path, written)).data as typeof written
      written.want.executors = 5
      written.zones.push('b')
      tryTo(() => void (read.want.executors = 6))
      tryTo(() => void read.zones.push('c'))
      expect((await subject.must(path)).data).toEqual({ want: { executors: 4 }, zones: ['a'] })
    })

    test('expireAt, the field of the time to live, is a number of milliseconds', async () => {
      const path = `${subject.root()}/attempts/x-1`
      const attempt = await subject.put(path, { expireAt: 1_900_000_000_123, n: 1 })
      expect(attempt.data).toEqual({ expireAt: 1_900_000_000_123, n: 1 })
      const moved = { op: 'update', from: attempt, data: { expireAt: 1_900_000_000_124 } } as const
      expect(await subject.store.commit([moved])).toBe(true)
      expect((await subject.must(path)).data).toEqual({ expireAt: 1_900_000_000_124 })
    })

    test('an update replaces the whole content', async () => {
      const path = `${subject.root()}/clusters/c-1`
      const from = await subject.put(path, {
        state: 'PENDING',
        reason: { code: 'X', message: 'y', deep: { a: 1, b: 2 } },
        waitsFor: 'w-1',
        'odd.key/`': { x: 1 },
        list: [1, 2, 3],
      })
      const data = { state: 'RUNNING', reason: { code: 'Z', deep: { a: 1 } }, list: [1] }
      expect(await subject.store.commit([{ op: 'update', from, data }])).toBe(true)
      expect((await subject.must(path)).data).toStrictEqual(data)
    })

    test('an update may leave nothing, and fill what was empty', async () => {
      const path = `${subject.root()}/clusters/c-1`
      const full = await subject.put(path, { a: 1 })
      expect(await subject.store.commit([{ op: 'update', from: full, data: {} }])).toBe(true)
      const empty = await subject.must(path)
      expect(empty.data).toStrictEqual({})
      expect(await subject.store.commit([{ op: 'update', from: full, data: {} }])).toBe(false)
      expect(await subject.store.commit([{ op: 'update', from: empty, data: {} }])).toBe(true)
      expect(await subject.store.commit([{ op: 'update', from: empty, data: { b: 2 } }])).toBe(true)
      expect((await subject.must(path)).data).toStrictEqual({ b: 2 })
    })
  })
}

function versionTests(subject: StoreSubject): void {
  describe('versions', () => {
    test('what is written later has the greater version, as texts compare', async () => {
      const versions: string[] = []
      for (let at = 0; at < 12; at++) {
        const { version } = await subject.put(`${subject.root()}/pools/p-${11 - at}`, { at })
        versions.push(version)
      }
      expect(versions.toSorted()).toEqual(versions)
      expect(new Set(versions).size).toBe(versions.length)
    })

    test('each write that changes something changes the version', async () => {
      const path = `${subject.root()}/clusters/c-1`
      let document = await subject.put(path, { n: 0 })
      const seen = new Set([document.version])
      for (let n = 1; n <= 10; n++) {
        expect(await subject.store.commit([{ op: 'update', from: document, data: { n } }])).toBe(
          true,
        )
        document = await subject.must(path)
        seen.add(document.version)
      }
      expect(seen.size).toBe(11)
      expect((await subject.must(path)).version).toBe(document.version)
    })

    test('a write that changes nothing leaves the version', async () => {
      const path = `${subject.root()}/clusters/c-1`
      const from = await subject.put(path, { n: 0, m: { k: [1] } })
      const same = { op: 'update', from, data: { n: 0, m: { k: [1] } } } as const
      expect(await subject.store.commit([same])).toBe(true)
      expect((await subject.must(path)).version).toBe(from.version)
    })

    test('a document deleted and created again is another: what was read before is refused', async () => {
      const path = `${subject.root()}/clusters/c-1`
      const first = await subject.put(path, { n: 0 })
      expect(await subject.store.commit([{ op: 'delete', from: first }])).toBe(true)
      expect(await subject.store.get(path)).toBeUndefined()
      const second = await subject.put(path, { n: 0 })
      expect(second.version).not.toBe(first.version)
      const { store } = subject
      expect(await store.commit([{ op: 'update', from: first, data: { n: 1 } }])).toBe(false)
      expect(await store.commit([{ op: 'delete', from: first }])).toBe(false)
      expect((await subject.must(path)).data).toEqual({ n: 0 })
    })
  })
}

function collectionTests(subject: StoreSubject): void {
  describe('collections', () => {
    test('a list is in order of ids, without the collections below', async () => {
      const root = subject.root()
      const ids = ['b', 'a', 'c-10', 'c-9', 'é', 'A', '0', '\u{1f642}', '\uffee', 'a-b', 'a.b']
      for (const id of ids) await subject.put(`${root}/clusters/${id}`, { id })
      await subject.put(`${root}/clusters/a/ledger/k`, { below: true })
      await subject.put(`${root}/clusters/only-below/ledger/k`, { below: true })
      await subject.put(`${root}/pools/a`, { other: true })
      const listed = await subject.store.list(`${root}/clusters`)
      const byBytes = ids.toSorted((x, y) => Buffer.compare(Buffer.from(x), Buffer.from(y)))
      expect(listed.map(({ data }) => data['id'])).toEqual(byBytes)
      expect(listed.map(({ path }) => path)).toEqual(byBytes.map((id) => `${root}/clusters/${id}`))
      expect(listed[0]?.version).toBe((await subject.must(`${root}/clusters/0`)).version)
    })

    test('a limit takes the first', async () => {
      const root = subject.root()
      for (const id of ['3', '1', '2']) await subject.put(`${root}/queue/${id}`, { id })
      const listed = await subject.store.list(`${root}/queue`, { limit: 2 })
      expect(listed.map(({ data }) => data['id'])).toEqual(['1', '2'])
      expect(await subject.store.list(`${root}/queue`, { limit: 9 })).toHaveLength(3)
    })

    test('a collection that is not there is empty', async () => {
      expect(await subject.store.list(`${subject.root()}/clusters`)).toEqual([])
    })

    test('deleting a document keeps its subcollections', async () => {
      const root = subject.root()
      const cluster = await subject.put(`${root}/clusters/c`, { n: 1 })
      await subject.put(`${root}/clusters/c/ledger/k`, { n: 2 })
      expect(await subject.store.commit([{ op: 'delete', from: cluster }])).toBe(true)
      expect(await subject.store.list(`${root}/clusters`)).toEqual([])
      expect((await subject.must(`${root}/clusters/c/ledger/k`)).data).toEqual({ n: 2 })
      expect(await subject.store.list(`${root}/clusters/c/ledger`)).toHaveLength(1)
    })
  })
}
