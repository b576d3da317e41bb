// Bounds how long a promise is waited for. The call itself may go on; nobody listens to it any more.
import type { Clock } from '../ports.ts'

/** What the timer is called off with: made once, because an error is dear and nobody reads this one. */
const OVER = new Error('the call has ended')

/** What the call comes to, or what `late` answers or throws once `ms` have passed. */
export async function withTimeLimit<T>(
  clock: Clock,
  ms: number,
  call: Promise<T>,
  late: () => T,
): Promise<T> {
  const timer = new AbortController()
  const limit = clock.sleep(ms, timer.signal).then(late)
  limit.catch(() => undefined)
  try {
    return await Promise.race([call, limit])
  } finally {
    timer.abort(OVER)
  }
}
