// When the next report of a cluster may go out: the turning point that ends a launch almost at once, others soon, progress
// ever more seldom (protocol rule 14), so that a launch of a thousand pods costs a handful of messages, each of them a write
// of the store, and its last word is not late.
import { seconds, type Instant } from '../../../shared/domain/time.ts'

/** At most four reports a second. */
const SOONEST = 250
/** Until it has all for the first time, what changes is said together with what changes soon after: pods come in bulk. */
const GATHER = 1000
/** Between reports of progress. */
const STEPS = [1000, 2000, 4000, 8000, 15_000] as const
/** After this long without a report the steps begin again. */
const QUIET = seconds(30)

export interface Pace {
  /** There is this to say since the last report: when? `isLaunching`: the cluster has not all that it wants. */
  due(kind: 'point' | 'progress', isLaunching: boolean, now: Instant): Instant
  /** A report went out. */
  sent(kind: 'point' | 'progress' | 'heartbeat', now: Instant): void
}

/** `since`: when the cluster was first seen; its first report waits for the things that come together with it. */
export function pace(since: Instant): Pace {
  let last = since
  let step = 0
  /** When what the next report will say began to change. */
  let news: Instant | undefined
  let wasWhole = false
  return {
    due(kind, isLaunching, now) {
      news ??= now
      wasWhole ||= !isLaunching
      const at = now - last >= QUIET ? 0 : step
      const afterLast = kind === 'point' ? SOONEST : STEPS[Math.min(at, STEPS.length - 1)]
      return Math.max(last + (afterLast ?? SOONEST), wasWhole ? 0 : news + GATHER)
    },
    sent(kind, now) {
      if (now - last >= QUIET) step = 0
      if (kind === 'progress') step++
      last = now
      news = undefined
    },
  }
}
