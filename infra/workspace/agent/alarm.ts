// One thing to do later, at a time that may still move earlier.
import type { Instant } from '../../../shared/domain/time.ts'
import type { Clock } from '../../../shared/ports.ts'

export interface Alarm {
  /** Rings at `at`, or at once if that has passed. An alarm that is set for earlier already stays so. */
  set(at: Instant): void
  stop(): void
}

export function alarm(clock: Clock, ring: () => void): Alarm {
  let armed: { readonly at: Instant; readonly callOff: () => void } | undefined
  let stopped = false

  function disarm(): void {
    armed?.callOff()
    armed = undefined
  }

  return {
    set(at) {
      if (stopped || (armed && armed.at <= at)) return
      disarm()
      const callOff = clock.after(Math.max(0, at - clock.now()), () => {
        armed = undefined
        ring()
      })
      armed = { at, callOff }
    },
    stop() {
      stopped = true
      disarm()
    },
  }
}
