// Stands before every call to one endpoint: holds calls back for as long as it asks, lets one trial through while it does
// not answer, and keeps to our share of it. What is held back for long is refused as `rate`: nothing was done, and it is to
// be tried later.
import { CallError } from '../call-error.ts'
import type { Clock } from '../ports.ts'
import { begun, ended, HEALTHY, isDown, pauseOf, signOf } from './endpoint-health.ts'
import { type FairGate, fairGate, LONGEST_WAIT, type Share } from './fair-gate.ts'

export interface EndpointGuard {
  /** `flow`: whose call it is, among those who share the endpoint. */
  run<T>(flow: string, call: () => Promise<T>): Promise<T>
}

/** `name`: of the endpoint, for messages. Without a share there may be any number of calls. */
export function endpointGuard(clock: Clock, name: string, share?: Share): EndpointGuard {
  let health = HEALTHY
  const pause = (): number => pauseOf(health, clock.now())
  const gate: FairGate | undefined = share && fairGate(clock, share, pause)

  /** A short pause is waited for, in the order of turns; a trial is not. */
  function check(longest: number): void {
    const ms = pause()
    if (ms === 0 || (ms <= longest && !isDown(health))) return
    const why = isDown(health) ? 'does not answer' : 'has asked us to wait'
    throw new CallError('rate', `${name} ${why}: held back for ${ms} ms`, { retryAfterMs: ms })
  }

  function note(error: unknown, wasTrial: boolean): void {
    const before = health
    const sign = error === undefined ? 'answer' : signOf(error)
    const now = clock.now()
    health = ended(health, sign, { wasTrial, now, random: () => clock.random() })
    if (sign === 'silence') return
    const isRefused = error instanceof CallError && error.kind === 'rate'
    // Those that were under way together are refused together: that is one reason to slow down.
    if (!isRefused) gate?.answered()
    else if (pauseOf(before, now) === 0) gate?.tooMany()
  }

  return {
    async run(flow, call) {
      check(gate ? LONGEST_WAIT : 0)
      const leave = await gate?.enter(flow)
      let wasTrial = false
      try {
        check(0)
        wasTrial = isDown(health)
        health = begun(health, clock.now())
        const answer = await call().catch((error: unknown) => {
          note(error, wasTrial)
          throw error
        })
        note(undefined, wasTrial)
        return answer
      } finally {
        leave?.()
      }
    },
  }
}
