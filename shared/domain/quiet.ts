// Since when a cluster has had nothing to do, or less than it could: told by its reports, and counted by the store's clock
// from the first of them on, because the clocks of agents and drivers may be wrong. Silence ends the count. Pure.
import type { PodLevel } from '../../events/pod-snapshot.ts'
import { executorsFor, loadOf } from './autoscale.ts'
import type { Observation } from './records.ts'
import type { Situation } from './situation.ts'

type Activity = NonNullable<PodLevel['activity']>

/** Nobody works on it. */
export function isQuiet({ runningJobs, openSessions, ...tasks }: Activity): boolean {
  const load = loadOf(tasks)
  const isWorking = load !== undefined && load.runningTasks + load.pendingTasks > 0
  return runningJobs === 0 && openSessions === 0 && !isWorking
}

/** `before`: the report before, of any custom resource. `slots`: tasks that an executor runs side by side. */
export function quietSince(
  { entity }: Pick<Situation, 'entity'>,
  slots: number | undefined,
  now: Pick<Observation, 'uid' | 'receivedAt' | 'level'>,
  before: Observation | undefined,
): Pick<Observation, 'idleSince' | 'spareSince'> {
  const earlier = before?.uid === now.uid ? before : undefined
  const { activity } = now.level
  const isIdle = activity !== undefined && isQuiet(activity)
  const hasWorked = (activity?.lastActiveAt ?? 0) > (earlier?.level.activity?.lastActiveAt ?? 0)
  const idleSince = (hasWorked ? undefined : earlier?.idleSince) ?? now.receivedAt
  const isSpare = entity.kind === 'cluster' && hasSpare(entity.spec, slots, activity)
  return {
    ...(isIdle ? { idleSince } : {}),
    ...(isSpare ? { spareSince: earlier?.spareSince ?? now.receivedAt } : {}),
  }
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
