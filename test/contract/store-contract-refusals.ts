// The part of the store contract about what is refused: by a condition (`false`), or for what it is (`invalid`).
import { describe, expect, test } from 'vitest'
import type { Fields, Write } from '../../shared/ports.ts'
import type { StoreSubject } from './store-contract.ts'

export function refusalTests(subject: StoreSubject): void {
  conditionTests(subject)
  invalidTests(subject)
}

function conditionTests(subject: StoreSubject): void {
  describe('conditions', () => {
    test('a create is refused when the document exists', async () => {
      const path = `${subject.root()}/clusters/c-1`
      const first = await subject.put(path, { by: 1 })
      expect(await subject.store.commit([{ op: 'create', path, data: { by: 2 } }])).toBe(false)
      expect(await subject.must(path)).toEqual(first)
    })

    test('an update or delete of a version that is over is refused', async () => {
      const path = `${subject.root()}/clusters/c-1`
      const from = await subject.put(path, { n: 0 })
      const { store } = subject
      expect(await store.commit([{ op: 'update', from, data: { n: 1 } }])).toBe(true)
      expect(await store.commit([{ op: 'update', from, data: { n: 2 } }])).toBe(false)
      expect(await store.commit([{ op: 'delete', from }])).toBe(false)
      expect((await subject.must(path)).data).toEqual({ n: 1 })
    })

    test('an update or delete of what is gone is refused', async () => {
      const path = `${subject.root()}/clusters/c-1`
      const from = await subject.put(path, { n: 0 })
      const { store } = subject
      expect(await store.commit([{ op: 'delete', from }])).toBe(true)
      expect(await store.commit([{ op: 'update', from, data: { n: 1 } }])).toBe(false)
      expect(await store.commit([{ op: 'delete', from }])).toBe(false)
      expect(await store.get(path)).toBeUndefined()
    })

    test('all writes or none', async () => {
      const root = subject.root()
      const entity = await subject.put(`${root}/clusters/c-1`, { generation: 1 })
      const old = await subject.put(`${root}/clusters/c-1/runs/1`, { settled: false })
      const writes: Write[] = [
        { op: 'update', from: entity, data: { generation: 2 } },
        { op: 'create', path: `${root}/clusters/c-1/runs/2`, data: { settled: false } },
        { op: 'delete', from: old },
      ]
      const taken: Write = { op: 'create', path: `${root}/clusters/c-1`, data: {} }
      await subject.put(`${root}/clusters/c-2`, {})
      const clash: Write = { ...taken, path: `${root}/clusters/c-2` }
      expect(await subject.store.commit([...writes, clash])).toBe(false)
      expect(await subject.must(`${root}/clusters/c-1`)).toEqual(entity)
      expect(await subject.store.list(`${root}/clusters/c-1/runs`)).toEqual([old])
      expect(await subject.store.commit(writes)).toBe(true)
      expect((await subject.must(`${root}/clusters/c-1`)).data).toEqual({ generation: 2 })
      const runs = await subject.store.list(`${root}/clusters/c-1/runs`)
      expect(runs.map(({ path }) => path.split('/').at(-1))).toEqual(['2'])
    })

    test('no writes are no commit', async () => {
      expect(await subject.store.commit([])).toBe(true)
    })

    test('of 50 updates of one version exactly one wins', async () => {
      const path = `${subject.root()}/clusters/c-1`
      const from = await subject.put(path, { winner: -1 })
      const outcomes = await Promise.all(
        Array.from(
          { length: 50 },
          async (_, n) => await subject.store.commit([{ op: 'update', from, data: { winner: n } }]),
        ),
      )
      expect(outcomes.filter(Boolean)).toHaveLength(1)
      expect((await subject.must(path)).data).toEqual({ winner: outcomes.indexOf(true) })
    })

    test('of 50 creates of one path exactly one wins', async () => {
      const path = `${subject.root()}/slots/1`
      const outcomes = await Promise.all(
        Array.from(
          { length: 50 },
          async (_, n) => await subject.store.commit([{ op: 'create', path, data: { winner: n } }]),
        ),
      )
      expect(outcomes.filter(Boolean)).toHaveLength(1)
      expect((await subject.must(path)).data).toEqual({ winner: outcomes.indexOf(true) })
    })
  })
}

function invalidTests(subject: StoreSubject): void {
  const invalid = { name: 'CallError', kind: 'invalid' }

  describe('invalid', () => {
    const deep = (levels: number): Fields => (levels === 0 ? {} : { in: deep(levels - 1) })
    test.for<[string, Fields]>([
      ['an array in an array', { list: [[1]] }],
      ['a number that JSON has not', { ratio: Number.NaN }],
      ['a function', { run: () => 1 }],
      ['a date', { at: new Date(0) }],
      ['undefined in a list', { list: [1, undefined] }],
      ['a reserved field', { __secret__: 1 }],
      ['a reserved field below', { map: { __secret__: 1 } }],
      ['a prototype', JSON.parse('{"__proto__":{"a":1}}') as Fields],
      ['a field without a name', { '': 1 }],
      ['a field name over 1,500 bytes', { ['n'.repeat(1501)]: 1 }],
      ['more than 20 levels', deep(30)],
      ['more than 1 MiB in one field', { text: 'x'.repeat(1_048_576) }],
      ['more than 1 MiB together', { a: 'x'.repeat(600_000), b: 'x'.repeat(600_000) }],
    ])('content with %s is refused', async ([, data]) => {
      const path = `${subject.root()}/clusters/c-1`
      await expect(subject.store.commit([{ op: 'create', path, data }])).rejects.toMatchObject(
        invalid,
      )
      expect(await subject.store.get(path)).toBeUndefined()
    })

    test('content just under 1 MiB is stored', async () => {
      const text = 'x'.repeat(1_000_000)
      const { data } = await subject.put(`${subject.root()}/clusters/big`, { text })
      expect(data['text']).toHaveLength(text.length)
    })

    test.for<[string, string]>([
      ['an empty id', ''],
      ['a dot', '.'],
      ['two dots', '..'],
      ['a reserved id', '__reserved__'],
    ])('%s is refused', async ([, id]) => {
      const path = `${subject.root()}/clusters/${id}`
      const { store } = subject
      await expect(store.commit([{ op: 'create', path, data: {} }])).rejects.toMatchObject(invalid)
      await expect(store.get(path)).rejects.toMatchObject(invalid)
    })

    test('an id over 1,500 bytes is not written', async () => {
      const path = `${subject.root()}/clusters/${'i'.repeat(1501)}`
      const create: Write = { op: 'create', path, data: {} }
      await expect(subject.store.commit([create])).rejects.toMatchObject(invalid)
    })

    test('a collection is not a document, nor a document a collection', async () => {
      const root = subject.root()
      const { store } = subject
      await expect(store.get(`${root}/clusters`)).rejects.toMatchObject(invalid)
      await expect(store.list(root)).rejects.toMatchObject(invalid)
      const create: Write = { op: 'create', path: `${root}/clusters`, data: {} }
      await expect(store.commit([create])).rejects.toMatchObject(invalid)
    })

    test('one commit writes a document once', async () => {
      const path = `${subject.root()}/clusters/c-1`
      const from = await subject.put(path, { n: 0 })
      const twice: Write[] = [
        { op: 'update', from, data: { n: 1 } },
        { op: 'update', from, data: { n: 2 } },
      ]
      await expect(subject.store.commit(twice)).rejects.toMatchObject(invalid)
      expect((await subject.must(path)).data).toEqual({ n: 0 })
    })

    test('a commit of more than 10 MiB is refused', async () => {
      const root = subject.root()
      const data = { text: 'x'.repeat(1_000_000) }
      const writes = Array.from({ length: 11 }, (_, n): Write => ({
        op: 'create',
        path: `${root}/clusters/${n}`,
        data,
      }))
      await expect(subject.store.commit(writes)).rejects.toMatchObject(invalid)
      expect(await subject.store.list(`${root}/clusters`, { limit: 1 })).toEqual([])
    })
  })
}
