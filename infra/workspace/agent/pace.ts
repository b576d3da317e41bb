// When the next report of a cluster may go out: turning points almost at once, progress ever more seldom (protocol
// rule 14), so that a launch of a thousand pods costs a handful of messages and its last word is not late.
import { seconds, type Instant } from '../../../shared/domain/time.ts'

/** At most four reports a second. */
const SOONEST = 250
/** Between reports of progress; a launch begins with the first, what already runs with the fourth. */
const STEPS = [SOONEST, SOONEST, SOONEST, 1000, 2000, 4000, 8000, 15_000] as const
const RUNNING_STEP = 3
/** After this long without a report the steps begin again. */
const QUIET = seconds(30)

export interface Pace {
  /** The earliest time for a report of this kind. */
  due(kind: 'point' | 'progress', isLaunching: boolean, now: Instant): Instant
  /** A report went out. */
  sent(kind: 'point' | 'progress' | 'heartbeat', now: Instant): void
}

/** `since`: when the cluster was first seen; its first report waits for the things that come together with it. */
export function pace(since: Instant): Pace {
  let last = since
  let step = 0
  return {
    due(kind, isLaunching, now) {
      if (kind === 'point') return last + SOONEST
      const from = now - last >= QUIET ? 0 : step
      const at = Math.max(from, isLaunching ? 0 : RUNNING_STEP)
      return last + (STEPS[Math.min(at, STEPS.length - 1)] ?? SOONEST)
    },
    sent(kind, now) {
      if (now - last >= QUIET) step = 0
      if (kind === 'progress') step++
      last = now
    },
  }
}
