// An API server that has too many calls refuses some of them (429): such a call did nothing, so it is made again within
// the attempt. Otherwise an attempt of many calls, of which any may be refused, would hardly ever come to its end.
import { CallError } from '../call-error.ts'
import { type Instant, seconds } from '../domain/time.ts'
import type { Hook } from '../around.ts'
import type { Clock } from '../ports.ts'

const TRIES = 6
/** What asks for longer is left to the next attempt. */
const LONGEST = seconds(5)

/** `until`: by the process's clock; what would be made again later is given back, to be tried by another attempt. */
export function rideOutRates(clock: Clock, until: Instant): Hook {
  return async (_, proceed) => {
    for (let tries = 1; ; tries++) {
      try {
        return await proceed()
      } catch (error) {
        if (!(error instanceof CallError) || error.kind !== 'rate' || tries === TRIES) throw error
        const wait = error.retryAfterMs ?? Math.min(LONGEST, 200 * 2 ** tries)
        // Apart from each other, and never sooner than was asked for.
        const apart = wait * (1 + clock.random())
        if (wait > LONGEST || clock.now() + apart > until) throw error
        await clock.sleep(apart)
      }
    }
  }
}
