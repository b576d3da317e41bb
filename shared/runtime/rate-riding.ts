// An API server that has too many calls refuses some of them (429): such a call did nothing, so it is made again within
// the attempt. Otherwise an attempt of many calls, of which any may be refused, would hardly ever come to its end.
import { CallError } from '../call-error.ts'
import { seconds } from '../domain/time.ts'
import type { Clock } from '../ports.ts'
import type { Hook } from './around.ts'

const TRIES = 6
/** What asks for longer is left to the next attempt. */
const LONGEST = seconds(5)

export function rideOutRates(clock: Clock): Hook {
  return async (_, proceed) => {
    for (let tries = 1; ; tries++) {
      try {
        return await proceed()
      } catch (error) {
        if (!(error instanceof CallError) || error.kind !== 'rate' || tries === TRIES) throw error
        const wait = error.retryAfterMs ?? Math.min(LONGEST, 200 * 2 ** tries)
        if (wait > LONGEST) throw error
        // Apart from each other, and never sooner than was asked for.
        await clock.sleep(wait * (1 + clock.random()))
      }
    }
  }
}
