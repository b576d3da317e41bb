// Bounds how long a promise is waited for. The call itself may go on; nobody listens to it any more.
import type { Clock } from './ports.ts'

/** What the call comes to, or what `late` answers or throws once `ms` have passed. */
export async function withTimeLimit<T>(
  clock: Clock,
  ms: number,
  call: Promise<T>,
  late: () => T,
): Promise<T> {
  const limit = Promise.withResolvers<undefined>()
  const callOff = clock.after(ms, () => limit.resolve(undefined))
  try {
    return await Promise.race([call, limit.promise.then(late)])
  } finally {
    callOff()
  }
}
