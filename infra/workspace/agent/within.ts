// Bounds how long somebody else's promise is waited for. The call itself may go on; nobody listens to it any more.
import { CallError } from '../../../shared/call-error.ts'
import type { Clock } from '../../../shared/ports.ts'

/** Throws `unknown-outcome` after `ms`, and whatever the call throws. */
export async function within<T>(
  clock: Clock,
  ms: number,
  what: string,
  call: Promise<T>,
): Promise<T> {
  const over = new AbortController()
  const late = clock.sleep(ms, over.signal).then(() => {
    throw new CallError('unknown-outcome', `${what} took longer than ${ms} ms`)
  })
  try {
    return await Promise.race([call, late])
  } finally {
    over.abort(new Error('the call has ended'))
    late.catch(() => undefined)
  }
}
