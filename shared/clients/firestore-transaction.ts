// One transaction of the Store on Firestore: reads that lock, writes that land together, and again from the start when
// another one was in the way.
import { CallError } from '../call-error.ts'
import type { Transaction, Write } from '../ports.ts'
import { type Access, momentReader } from './firestore-reader.ts'
import type { RawWrite, TransactionId } from './firestore-rpc.ts'
import { checkTogether, encodeWrite, isRefusal } from './firestore-writes.ts'
import { code, codeOf, grpcCallError } from './grpc-errors.ts'
import { readsBeforeWrites } from './reads-before-writes.ts'

const ATTEMPTS_MAX = 5
/** Wait after the first lost attempt (ms), doubled for each one more, times 0.5 to 1.5. */
const RETRY_WAIT_MS = 50

type Body<T> = (transaction: Transaction) => Promise<T>

/** The server gave the place to another transaction, and did nothing. */
function isContention(error: unknown): boolean {
  const cause = error instanceof CallError ? error.cause : error
  return codeOf(cause) === code.aborted
}

async function rollBack(access: Access, transaction: TransactionId | undefined): Promise<void> {
  if (!transaction) return
  /** Best effort: an open transaction ends by itself, and why we are here matters more. */
  await access.rpc.rollback(transaction, access.callTimeoutMs).catch(() => undefined)
}

async function attempt<T>(
  access: Access,
  body: Body<T>,
  previous: TransactionId | undefined,
  onBegin: (transaction: TransactionId | undefined) => void,
): Promise<T> {
  const { rpc } = access
  const writes: RawWrite[] = []
  const reader = momentReader(access, {
    newTransaction: { readWrite: previous ? { retryTransaction: previous } : {} },
  })
  const write = (one: Write): void => void writes.push(encodeWrite(rpc.root, one))
  try {
    const result = await body(readsBeforeWrites(reader, write))
    checkTogether(writes)
    const transaction = await reader.transaction()
    onBegin(transaction)
    if (transaction || writes.length > 0)
      await rpc.commit(writes, transaction, access.callTimeoutMs)
    return result
  } catch (error) {
    const transaction = await reader.transaction()
    onBegin(transaction)
    await rollBack(access, transaction)
    throw error
  }
}

/** Throws `exists`, `conflict`, and `unavailable` when all attempts met another transaction. */
export async function runTransaction<T>(access: Access, body: Body<T>): Promise<T> {
  let previous: TransactionId | undefined
  for (let count = 1; ; count++) {
    try {
      return await attempt(access, body, previous, (transaction) => {
        previous = transaction
      })
    } catch (error) {
      if (!isContention(error)) throw asThrown(error)
      if (count === ATTEMPTS_MAX)
        throw new CallError('unavailable', `store: contention, ${count} attempts were overtaken`, {
          cause: error,
        })
      const wait = RETRY_WAIT_MS * 2 ** (count - 1) * (0.5 + access.clock.random())
      await access.clock.sleep(wait)
    }
  }
}

/** What the body threw goes out as it is; only what the server said is mapped. */
function asThrown(error: unknown): unknown {
  if (codeOf(error) === undefined) return error
  if (codeOf(error) !== code.alreadyExists && isRefusal(error))
    return new CallError('conflict', 'store: a document has another version than was read', {
      cause: error,
    })
  return grpcCallError(error, 'store: commit a transaction', true)
}
