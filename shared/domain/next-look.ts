// When the sweep comes back to a run (protocol rule 19): within the minute while it converges, seldom once it has settled, sooner
// where idleness or load must be noticed. A workspace that hibernates is woken by this alarm too, and is looked at less and
// less: all that is left to find there is the work of a hand that froze while it still had a cluster. Pure.
import type { Plan } from './plan.ts'
import { hourToWakeFor, nextWaking, type Prewarm } from './prewarm.ts'
import { AUDIT_PERIOD, SCALE_PERIOD, SWEEP_PERIOD } from './protocol-times.ts'
import type { Run } from './run.ts'
import { backOff, hours, type Instant, minutes } from './time.ts'

/** A run that was swept so often and has not come to its end is looked at less, and may be in the way of something. */
export const PATIENT_TRIES = 30

/** So many audits of a workspace that hibernates find nothing before they become rare ... */
const CLEAN_AUDITS = 3
/** ... and this is how rare. */
const ASLEEP_PERIOD = hours(12)

/** For a run that settles at `now`. */
export function firstLook(run: Run, now: Instant): Instant {
  return atHourOf(run, now, now + settledPeriod(planIn(run)))
}

/** For a run that is looked at, at `now`. */
export function nextLook(run: Run, now: Instant): Instant {
  if (run.is !== 'settled') {
    const tries = Math.max(0, run.tries - PATIENT_TRIES)
    return now + backOff(tries, SWEEP_PERIOD, minutes(10))
  }
  if (!isAsleep(run)) return now + settledPeriod(planIn(run))
  const tries = Math.max(0, run.tries + 2 - CLEAN_AUDITS)
  return atHourOf(run, now, now + backOff(tries, AUDIT_PERIOD, ASLEEP_PERIOD))
}

function settledPeriod(plan: Plan | undefined): number {
  if (plan?.subject.kind !== 'cluster') return AUDIT_PERIOD
  const { autoterminationMinutes, executors } = plan.subject.spec
  const longest = executors.autoscale ? SCALE_PERIOD : AUDIT_PERIOD
  if (autoterminationMinutes === 0) return longest
  return Math.min(longest, minutes(autoterminationMinutes))
}

/** Earlier than planned, where its schedule wants it woken by then. */
function atHourOf(run: Run, now: Instant, planned: Instant): Instant {
  const prewarm = isAsleep(run) ? prewarmIn(planIn(run)) : undefined
  if (!prewarm) return planned
  // It should have been woken at this look: something was in the way.
  if (hourToWakeFor(prewarm, now) !== undefined) return now + SWEEP_PERIOD
  return Math.min(planned, nextWaking(prewarm, now))
}

/** What was taken down while it hibernated is no longer asleep but gone. */
function isAsleep(run: Run): boolean {
  const subject = planIn(run)?.subject
  return run.direction === 'up' && subject?.kind === 'workspace' && subject.asleep === true
}

function prewarmIn(plan: Plan | undefined): Prewarm | undefined {
  return plan?.subject.kind === 'workspace' ? plan.subject.spec.prewarm : undefined
}

function planIn(run: Run): Plan | undefined {
  return run.is === 'waiting' ? undefined : run.plan
}
