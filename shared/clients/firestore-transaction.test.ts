import { describe, expect, test } from 'vitest'
import { virtualClock } from '../../infra/local/clock.ts'
import type { Transaction } from '../ports.ts'
import type { Consistency, FirestoreRpc, TransactionId } from './firestore-rpc.ts'
import { runTransaction } from './firestore-transaction.ts'

const root = 'projects/p/databases/d/documents'
const aborted = { code: 10, message: 'Too much contention on these documents' }

/** A server that answers each commit with the next of these, and keeps what it was asked. */
function setUp(commitAnswers: (object | undefined)[], readAnswers: (object | undefined)[] = []) {
  const clock = virtualClock()
  const asked: string[] = []
  const begun: Consistency[] = []
  let transactions = 0
  const rpc: FirestoreRpc = {
    root,
    async get(name, consistency) {
      await Promise.resolve()
      const answer = readAnswers.shift()
      if (answer) throw Object.assign(new Error(), answer)
      begun.push(consistency)
      const isNew = 'newTransaction' in consistency
      asked.push(isNew ? 'begin' : 'read')
      return {
        documents: [{ name, fields: {}, updateTime: { seconds: '1', nanos: 5 } }],
        readTime: { seconds: '2', nanos: 999_999_999 },
        transaction: isNew ? Uint8Array.of(++transactions) : undefined,
      }
    },
    query: async () => await Promise.reject(new Error('not called here')),
    async commit(writes, transaction) {
      await Promise.resolve()
      asked.push(`commit ${writes.length} in ${transaction?.[0]}`)
      const answer = commitAnswers.shift()
      if (answer) throw Object.assign(new Error(), answer)
    },
    async rollback(transaction: TransactionId) {
      await Promise.resolve()
      asked.push(`rollback ${transaction[0]}`)
    },
    close: async () => await Promise.resolve(),
  }
  const run = async (body: (transaction: Transaction) => Promise<unknown>): Promise<unknown> => {
    const outcome = runTransaction({ rpc, clock, callTimeoutMs: 10_000 }, body).catch(
      (error: unknown) => error,
    )
    await clock.advance(60_000)
    return await outcome
  }
  return { run, asked, begun }
}

async function touch(transaction: Transaction): Promise<number> {
  const [first] = await Promise.all([transaction.get('c/a'), transaction.get('c/b')])
  if (first) transaction.update(first, { n: 1 })
  return transaction.readTime()
}

describe('a transaction', () => {
  test('begins with the first read, which others at once wait for; readTime is whole milliseconds', async () => {
    const { run, asked, begun } = setUp([undefined])
    expect(await run(touch)).toBe(2999)
    expect(asked).toEqual(['begin', 'read', 'commit 1 in 1'])
    expect(begun).toEqual([
      { newTransaction: { readWrite: {} } },
      { transaction: Uint8Array.of(1) },
    ])
  })

  test('that was in the way of another runs again, and says which it was', async () => {
    const { run, asked, begun } = setUp([aborted, undefined])
    expect(await run(touch)).toBe(2999)
    expect(asked.filter((call) => call !== 'read')).toEqual([
      'begin',
      'commit 1 in 1',
      'rollback 1',
      'begin',
      'commit 1 in 2',
    ])
    expect(begun[2]).toEqual({
      newTransaction: { readWrite: { retryTransaction: Uint8Array.of(1) } },
    })
  })

  test('runs again also when a read was in the way', async () => {
    const { run, asked } = setUp([undefined], [undefined, aborted])
    expect(await run(touch)).toBe(2999)
    expect(asked.filter((call) => call.startsWith('commit'))).toEqual(['commit 1 in 2'])
  })

  test('gives up after five attempts', async () => {
    const { run, asked } = setUp(Array.from({ length: 9 }, () => aborted))
    expect(await run(touch)).toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('contention'),
    })
    expect(asked.filter((call) => call === 'begin')).toHaveLength(5)
  })

  test('whose answer was lost is not repeated', async () => {
    const { run, asked } = setUp([{ code: 14, message: 'Connection dropped' }, undefined])
    expect(await run(touch)).toMatchObject({ kind: 'unknown-outcome' })
    expect(asked.filter((call) => call.startsWith('commit'))).toHaveLength(1)
  })

  test('whose body throws is rolled back, and that error comes out as it is', async () => {
    const { run, asked } = setUp([])
    const own = new RangeError('my own')
    const thrown = await run(async (transaction) => {
      await transaction.get('c/a')
      throw own
    })
    expect(thrown).toBe(own)
    expect(asked).toEqual(['begin', 'rollback 1'])
  })

  test('that reads nothing is one commit, and one that does nothing is none', async () => {
    const { run, asked } = setUp([undefined])
    await run(async (transaction) => await Promise.resolve(transaction.create('c/a', {})))
    await run(async () => await Promise.resolve())
    expect(asked).toEqual(['commit 1 in undefined'])
  })
})
