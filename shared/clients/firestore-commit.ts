// One commit of the Store on Firestore, outside transactions.
import type { Access } from './firestore-reader.ts'
import type { RawWrite } from './firestore-rpc.ts'
import { isRefusal } from './firestore-writes.ts'
import { code, codeOf, grpcCallError } from './grpc-errors.ts'

/** A commit that met a transaction did nothing and is made again: so often in all, after this wait (ms), doubled. */
const COMMITS_MAX = 4
const COMMIT_WAIT_MS = 50

/** `false` when a condition refused. A commit that was cut off is never repeated: it may have been done. */
export async function commitWrites(access: Access, writes: readonly RawWrite[]): Promise<boolean> {
  const { rpc, clock, callTimeoutMs } = access
  const end = clock.now() + callTimeoutMs
  for (let count = 1; ; count++) {
    try {
      await rpc.commit(writes, undefined, Math.max(1, end - clock.now()))
      return true
    } catch (error) {
      if (isRefusal(error)) return false
      const wait = COMMIT_WAIT_MS * 2 ** (count - 1) * (0.5 + clock.random())
      const again = codeOf(error) === code.aborted && clock.now() + wait < end
      if (count === COMMITS_MAX || !again) throw grpcCallError(error, 'store: commit', true)
      await clock.sleep(wait)
    }
  }
}
