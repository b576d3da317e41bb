// Cloud Scheduler's one job: a tick on the topic `sweep` each minute, and none at the start.
import type { Clock } from '../../../shared/ports.ts'
import { seconds } from '../../../shared/domain/time.ts'

const TICK = seconds(60)

/** Answers a function that ends it. */
export function startScheduler(clock: Clock, tick: () => void): () => void {
  let callOff: () => void
  const run = (): void => {
    tick()
    callOff = clock.after(TICK, run)
  }
  callOff = clock.after(TICK, run)
  return () => callOff()
}
