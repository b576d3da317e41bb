// The part of the store contract about transactions that meet.
import { describe, expect, test } from 'vitest'
import type { Transaction } from '../../shared/ports.ts'
import type { StoreSubject } from './store-contract.ts'

async function increment(transaction: Transaction, path: string): Promise<void> {
  const counter = await transaction.get(path)
  if (!counter) throw new Error('no counter')
  transaction.update(counter, { n: Number(counter.data['n']) + 1 })
}

export function contentionTests(subject: StoreSubject): void {
  describe('contention', () => {
    test('two increments at once both land', async () => {
      const path = `${subject.root()}/clusters/c`
      await subject.put(path, { n: 0 })
      const one = async (): Promise<void> =>
        await subject.store.transaction(async (transaction) => await increment(transaction, path))
      await Promise.all([one(), one()])
      expect((await subject.must(path)).data).toEqual({ n: 2 })
    })

    test('of two that create what they found missing one creates and the other finds it', async () => {
      const path = `${subject.root()}/requests/r`
      const once = async (by: number): Promise<string> =>
        await subject.store.transaction(async (transaction) => {
          if (await transaction.get(path)) return 'found'
          transaction.create(path, { by })
          return 'created'
        })
      const answers = await Promise.all([once(1), once(2)])
      expect(answers.toSorted()).toEqual(['created', 'found'])
    })

    test('what a transaction has listed nobody changes under it', async () => {
      const root = subject.root()
      await subject.put(`${root}/uses/a`, { inUse: true })
      await subject.put(`${root}/uses/b`, { inUse: true })
      const giveUp = async (id: string): Promise<void> =>
        await subject.store.transaction(async (transaction) => {
          const uses = await transaction.list(`${root}/uses`)
          const own = uses.find(({ path }) => path.endsWith(`/${id}`))
          const others = uses.filter((use) => use !== own && use.data['inUse'] === true)
          if (own && others.length > 0) transaction.update(own, { inUse: false })
        })
      await Promise.all([giveUp('a'), giveUp('b')])
      const uses = await subject.store.list(`${root}/uses`)
      expect(uses.filter(({ data }) => data['inUse'] === true)).toHaveLength(1)
    })

    test('ten that read one document and write their own all land', async () => {
      const root = subject.root()
      await subject.put(`${root}/runs/1`, { plan: ['x'] })
      await Promise.all(
        Array.from({ length: 10 }, async (_, n) => {
          await subject.store.transaction(async (transaction) => {
            const run = await transaction.get(`${root}/runs/1`)
            transaction.create(`${root}/ledger/k-${n}`, { plan: run?.data['plan'] })
          })
        }),
      )
      expect(await subject.store.list(`${root}/ledger`)).toHaveLength(10)
    })
  })
}
