// Since when a cluster has had nothing to do, or less than it could: told by its reports, and counted by the store's clock
// from the first of them on, because the clocks of agents and drivers may be wrong. Silence ends the count. Pure.
import type { Reason } from '../../events/lifecycle.ts'
import type { PodLevel } from '../../events/pod-snapshot.ts'
import { executorsFor, loadOf } from './autoscale.ts'
import type { Observation } from './records.ts'
import { reasonOf } from './reasons/reason.ts'
import type { Situation } from './situation.ts'
import { minutes } from './time.ts'

type Activity = NonNullable<PodLevel['activity']>

/** Nobody works on it. */
export function isQuiet({ runningJobs, openSessions, ...tasks }: Activity): boolean {
  const load = loadOf(tasks)
  const isWorking = load !== undefined && load.runningTasks + load.pendingTasks > 0
  return runningJobs === 0 && openSessions === 0 && !isWorking
}

/** A driver that is ready and has not answered for so long is told of. */
const DRIVER_PATIENCE = minutes(10)

/** Silence is no idleness: the cluster goes on, and says that nobody knows what it does. */
export function silenceReason({ observation, now }: Situation): Reason | undefined {
  const since = observation?.silentSince
  if (since === undefined || now - since < DRIVER_PATIENCE) return undefined
  // The patience and not the time that has passed, or every look would find something new to say.
  return reasonOf('DRIVER_UNREACHABLE', { minutes: String(DRIVER_PATIENCE / minutes(1)) })
}

/** `before`: the report before, of any custom resource. `slots`: tasks that an executor runs side by side. */
export function quietSince(
  { entity }: Pick<Situation, 'entity'>,
  slots: number | undefined,
  now: Pick<Observation, 'uid' | 'receivedAt' | 'level'>,
  before: Observation | undefined,
): Pick<Observation, 'idleSince' | 'spareSince' | 'silentSince'> {
  const earlier = before?.uid === now.uid ? before : undefined
  const { activity } = now.level
  const isIdle = activity !== undefined && isQuiet(activity)
  const hasWorked = worksSince(earlier?.level.activity, activity)
  const idleSince = (hasWorked ? undefined : earlier?.idleSince) ?? now.receivedAt
  const isSpare = entity.kind === 'cluster' && hasSpare(entity.spec, slots, activity)
  const isSilent = activity === undefined && now.level.driver === 'ready'
  return {
    ...(isSilent ? { silentSince: earlier?.silentSince ?? now.receivedAt } : {}),
    ...(isIdle ? { idleSince } : {}),
    ...(isSpare ? { spareSince: earlier?.spareSince ?? now.receivedAt } : {}),
  }
}

/** Whether somebody worked on it, or wanted to, between two reports. */
function worksSince(before: Activity | undefined, now: Activity | undefined): boolean {
  const asked = (at: Activity | undefined): number =>
    (at?.sessionsAdmitted ?? 0) + (at?.sessionsRefused ?? 0)
  return (now?.lastActiveAt ?? 0) > (before?.lastActiveAt ?? 0) || asked(now) !== asked(before)
}

type ClusterSpec = Extract<Situation['entity'], { kind: 'cluster' }>['spec']

function hasSpare(
  { executors: { autoscale, count } }: ClusterSpec,
  slots: number | undefined,
  activity: Activity | undefined,
): boolean {
  const load = loadOf(activity)
  if (!autoscale || slots === undefined || !load) return false
  return executorsFor(load, slots, autoscale) < count
}
