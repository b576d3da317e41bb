// The part of the store contract about several documents at one moment: snapshots and transactions.
import { describe, expect, test } from 'vitest'
import type { StoreSubject } from './store-contract.ts'

export function fenceTests(subject: StoreSubject): void {
  snapshotTests(subject)
  transactionTests(subject)
}

function snapshotTests(subject: StoreSubject): void {
  describe('snapshots', () => {
    test('every read sees the same moment, whoever writes meanwhile', async () => {
      const root = subject.root()
      const a = await subject.put(`${root}/clusters/a`, { n: 1 })
      const b = await subject.put(`${root}/clusters/b`, { n: 1 })
      const c = await subject.put(`${root}/clusters/c`, { n: 1 })
      const seen = await subject.store.snapshot(async (reader) => {
        const first = await reader.get(a.path)
        const done = await subject.store.commit([
          { op: 'update', from: a, data: { n: 2 } },
          { op: 'update', from: b, data: { n: 2 } },
          { op: 'delete', from: c },
          { op: 'create', path: `${root}/clusters/aa`, data: { n: 2 } },
        ])
        expect(done).toBe(true)
        return {
          first,
          second: await reader.get(b.path),
          again: await reader.get(a.path),
          list: await reader.list(`${root}/clusters`),
          limited: await reader.list(`${root}/clusters`, { limit: 2 }),
          created: await reader.get(`${root}/clusters/aa`),
        }
      })
      expect(seen.first).toEqual(a)
      expect(seen.second).toEqual(b)
      expect(seen.again).toEqual(a)
      expect(seen.list).toEqual([a, b, c])
      expect(seen.limited).toEqual([a, b])
      expect(seen.created).toBeUndefined()
      expect((await subject.store.list(`${root}/clusters`)).map(({ data }) => data['n'])).toEqual([
        2, 2, 2,
      ])
    })

    test('two documents written together are never seen apart', async () => {
      const root = subject.root()
      let left = await subject.put(`${root}/clusters/left`, { n: 0 })
      let right = await subject.put(`${root}/clusters/right`, { n: 0 })
      const over = new AbortController()
      const writer = async (): Promise<void> => {
        for (let n = 1; n <= 20; n++) {
          const done = await subject.store.commit([
            { op: 'update', from: left, data: { n } },
            { op: 'update', from: right, data: { n } },
          ])
          expect(done).toBe(true)
          left = await subject.must(left.path)
          right = await subject.must(right.path)
        }
      }
      const reader = async (): Promise<void> => {
        while (!over.signal.aborted) {
          const pair = await subject.store.snapshot(async (snapshot) => [
            (await snapshot.get(left.path))?.data['n'],
            (await snapshot.get(right.path))?.data['n'],
          ])
          expect(Math.abs(Number(pair[0]) - Number(pair[1]))).toBeLessThanOrEqual(subject.tornBy)
        }
      }
      await Promise.all([writer().finally(() => over.abort()), reader()])
    })

    test('readTime is the time of the reads, close to the writes, and never runs back', async () => {
      const root = subject.root()
      const times: number[] = []
      for (let n = 0; n < 5; n++) {
        await subject.put(`${root}/clusters/c-${n}`, { n })
        times.push(
          await subject.store.snapshot(async (reader) => {
            expect(() => reader.readTime()).toThrow('readTime')
            expect(await reader.list(`${root}/clusters`)).toHaveLength(n + 1)
            const time = reader.readTime()
            await reader.get(`${root}/clusters/nothing`)
            expect(reader.readTime()).toBe(time)
            return time
          }),
        )
      }
      expect(times).toEqual(times.toSorted((x, y) => x - y))
      expect(times.every(Number.isSafeInteger)).toBe(true)
      expect(Math.abs((times[0] ?? 0) - Date.now())).toBeLessThan(30_000)
    })

    test('a document that is not there has a readTime too', async () => {
      const time = await subject.store.snapshot(async (reader) => {
        expect(await reader.get(`${subject.root()}/clusters/none`)).toBeUndefined()
        return reader.readTime()
      })
      expect(time).toBeGreaterThan(0)
    })

    test('what the body throws comes out', async () => {
      const failing = subject.store.snapshot(async (reader) => {
        await reader.get(subject.root())
        throw new Error('my own')
      })
      await expect(failing).rejects.toThrow('my own')
    })
  })
}

function transactionTests(subject: StoreSubject): void {
  describe('transactions', () => {
    test('reads, then writes that take effect together', async () => {
      const root = subject.root()
      const gone = await subject.put(`${root}/runs/1`, { settled: false })
      await subject.put(root, { generation: 1, stale: true })
      const answer = await subject.store.transaction(async (transaction) => {
        const entity = await transaction.get(root)
        if (!entity) throw new Error('no entity')
        expect(transaction.readTime()).toBeGreaterThan(0)
        expect(await transaction.get(`${root}/runs/2`)).toBeUndefined()
        expect(await transaction.list(`${root}/runs`)).toEqual([gone])
        transaction.update(entity, { generation: 2 })
        transaction.create(`${root}/runs/2`, { settled: false })
        transaction.delete(gone)
        return 'accepted'
      })
      expect(answer).toBe('accepted')
      expect((await subject.must(root)).data).toStrictEqual({ generation: 2 })
      const runs = await subject.store.list(`${root}/runs`)
      expect(runs.map(({ path }) => path)).toEqual([`${root}/runs/2`])
    })

    test('a body that throws writes nothing, and its error comes out', async () => {
      const path = `${subject.root()}/clusters/c`
      const failing = subject.store.transaction(async (transaction) => {
        await transaction.get(path)
        transaction.create(path, { n: 1 })
        throw new Error('my own')
      })
      await expect(failing).rejects.toThrow('my own')
      expect(await subject.store.get(path)).toBeUndefined()
    })

    test('a create of a path that is taken throws exists, and nothing is written', async () => {
      const root = subject.root()
      await subject.put(`${root}/requests/r`, { by: 1 })
      const clash = subject.store.transaction(async (transaction) => {
        transaction.create(`${root}/clusters/c`, { n: 1 })
        transaction.create(`${root}/requests/r`, { by: 2 })
      })
      await expect(clash).rejects.toMatchObject({ name: 'CallError', kind: 'exists' })
      expect(await subject.store.get(`${root}/clusters/c`)).toBeUndefined()
      expect((await subject.must(`${root}/requests/r`)).data).toEqual({ by: 1 })
    })

    test('a write from a read before the transaction, since overtaken, throws conflict', async () => {
      const path = `${subject.root()}/clusters/c`
      const from = await subject.put(path, { n: 0 })
      expect(await subject.store.commit([{ op: 'update', from, data: { n: 1 } }])).toBe(true)
      const stale = subject.store.transaction(async (transaction) =>
        transaction.update(from, { n: 2 }),
      )
      await expect(stale).rejects.toMatchObject({ name: 'CallError', kind: 'conflict' })
      expect((await subject.must(path)).data).toEqual({ n: 1 })
    })

    test('reads come before the first write', async () => {
      const root = subject.root()
      const late = subject.store.transaction(async (transaction) => {
        transaction.create(`${root}/clusters/c`, {})
        await transaction.get(root)
      })
      await expect(late).rejects.toMatchObject({ name: 'CallError', kind: 'invalid' })
      expect(await subject.store.get(`${root}/clusters/c`)).toBeUndefined()
    })

    test('invalid content is refused', async () => {
      const path = `${subject.root()}/clusters/c`
      const bad = subject.store.transaction(async (transaction) =>
        transaction.create(path, { list: [[1]] }),
      )
      await expect(bad).rejects.toMatchObject({ name: 'CallError', kind: 'invalid' })
    })
  })
}
