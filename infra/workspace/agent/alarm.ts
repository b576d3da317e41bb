// One thing to do later, at a time that may still move earlier. Built on the Clock's sleep, which can be aborted.
import type { Instant } from '../../../shared/domain/time.ts'
import type { Clock } from '../../../shared/ports.ts'

export interface Alarm {
  /** Rings at `at`, or at once if that has passed. An alarm that is set for earlier already stays so. */
  set(at: Instant): void
  stop(): void
}

export function alarm(clock: Clock, ring: () => void): Alarm {
  let armed: { readonly at: Instant; readonly off: AbortController } | undefined
  let stopped = false

  async function wait(at: Instant, off: AbortController): Promise<void> {
    try {
      await clock.sleep(Math.max(0, at - clock.now()), off.signal)
    } catch {
      return
    }
    armed = undefined
    ring()
  }

  function disarm(): void {
    armed?.off.abort(new Error('the alarm was set again'))
    armed = undefined
  }

  return {
    set(at) {
      if (stopped || (armed && armed.at <= at)) return
      disarm()
      armed = { at, off: new AbortController() }
      void wait(at, armed.off)
    },
    stop() {
      stopped = true
      disarm()
    },
  }
}
