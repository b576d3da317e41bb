import { expect, test } from 'vitest'
import { virtualClock } from '../../infra/local/clock.ts'
import { commitWrites } from './firestore-commit.ts'
import type { FirestoreRpc } from './firestore-rpc.ts'
import { encodeWrite } from './firestore-writes.ts'

const never = async (): Promise<never> => await Promise.reject(new Error('not called here'))

/** A server that answers each commit with the next of these; undefined = done. */
function setUp(answers: (object | undefined)[]) {
  const clock = virtualClock()
  let commits = 0
  const rpc: FirestoreRpc = {
    root: 'projects/p/databases/d/documents',
    get: never,
    query: never,
    rollback: never,
    close: never,
    async commit() {
      const answer = answers[commits++]
      await Promise.resolve()
      if (answer) throw Object.assign(new Error(), answer)
    },
  }
  const write = encodeWrite(rpc.root, { op: 'create', path: 'c/d', data: {} })
  const outcome = commitWrites({ rpc, clock, callTimeoutMs: 10_000 }, [write]).catch(
    (error: unknown) => error,
  )
  return { clock, outcome, commits: () => commits }
}

test.for<[string, object]>([
  ['ALREADY_EXISTS', { code: 6, message: 'Document already exists' }],
  ['FAILED_PRECONDITION', { code: 9, message: 'the stored version does not match' }],
  ['NOT_FOUND', { code: 5, message: 'No document to update: projects/p/x' }],
])('%s is a refusal', async ([, answer]) => {
  expect(await setUp([answer]).outcome).toBe(false)
})

test.for<[string, object, string]>([
  [
    'a missing database',
    { code: 5, message: 'The database (default) does not exist' },
    'not-found',
  ],
  ['a cut-off', { code: 14, message: 'Connection dropped' }, 'unknown-outcome'],
  ['no answer in time', { code: 4, message: 'Deadline exceeded' }, 'unknown-outcome'],
  ['an error inside', { code: 13, message: 'Received RST_STREAM' }, 'unknown-outcome'],
  ['no connection', { code: 14, message: 'No connection established' }, 'unavailable'],
  ['a refused caller', { code: 7, message: 'Missing permissions' }, 'denied'],
  ['too many', { code: 8, message: 'Quota exceeded' }, 'rate'],
  ['bad content', { code: 3, message: 'Invalid' }, 'invalid'],
])('%s is said once and not repeated', async ([, answer, kind]) => {
  const { outcome, commits } = setUp([answer, undefined])
  expect(await outcome).toMatchObject({ name: 'CallError', kind })
  expect(commits()).toBe(1)
})

test("a commit that met a transaction's lock did nothing, and is made again", async () => {
  const aborted = { code: 10, message: 'Too much contention' }
  const { clock, outcome, commits } = setUp([aborted, aborted, undefined])
  await clock.advance(5000)
  expect(await outcome).toBe(true)
  expect(commits()).toBe(3)
})

test('and is given up as unavailable', async () => {
  const aborted = { code: 10, message: 'Too much contention' }
  const { clock, outcome, commits } = setUp(Array.from({ length: 9 }, () => aborted))
  await clock.advance(5000)
  expect(await outcome).toMatchObject({ kind: 'unavailable' })
  expect(commits()).toBe(4)
})
