// What a request means for a cluster as it stands: pure. States and rules are those that users of Databricks and their
// tools know (clusters API: which call is allowed in which state, and what is then a no-op).
import type { ClusterChange } from '../../events/cluster-change-requested.ts'
import type { ClusterSettings } from '../../events/cluster-requested.ts'
import type { ExecutorRange } from './autoscale.ts'
import { type ClusterEntity, ClusterSpec, type Status } from './entity.ts'

export type ClusterWish =
  | { readonly is: 'refused'; readonly why: 'other-settings' | 'ended' | 'going' }
  /** Allowed in these states only. */
  | { readonly is: 'refused'; readonly why: 'state'; readonly allowed: readonly State[] }
  | { readonly is: 'unknown' }
  /** It is so already. */
  | { readonly is: 'unchanged' }
  /** `isStart`: driver and executors are made anew. */
  | {
      readonly is: 'up'
      readonly spec: ClusterSpec
      readonly isStart: boolean
      readonly status: Status
    }
  /** For the next start. */
  | { readonly is: 'settings'; readonly spec: ClusterSpec }
  | { readonly is: 'down'; readonly isForGood: boolean }

type State = ClusterEntity['state']

/** Defaults filled in: a range starts at its least. */
export function specOf(settings: ClusterSettings): ClusterSpec {
  const { executors } = settings
  const count = executors.count ?? executors.autoscale?.min
  return ClusterSpec.parse({ ...settings, executors: { ...executors, count } })
}

/** A cluster of this id and these settings is wanted. */
export function wishOfRequest(before: ClusterEntity | undefined, spec: ClusterSpec): ClusterWish {
  if (!before) return { is: 'up', spec, isStart: true, status: { state: 'PENDING' } }
  const isSame = isEqual(before.spec, spec)
  if (before.want === 'up') {
    return isSame ? { is: 'unchanged' } : { is: 'refused', why: 'other-settings' }
  }
  if (!isSame) return { is: 'refused', why: 'ended' }
  if (before.state === 'TERMINATING') return { is: 'refused', why: 'going' }
  return { is: 'up', spec, isStart: true, status: { state: 'PENDING' } }
}

/** A cluster that exists is wanted otherwise. */
export function wishOfChange(
  before: ClusterEntity | undefined,
  change: ClusterChange,
): ClusterWish {
  if (!before) return { is: 'unknown' }
  switch (change.action) {
    case 'edit':
      return edit(before, specOf(change.settings))
    case 'resize':
      return resize(before, change.executors)
    case 'restart':
      return restart(before)
    case 'start':
      return start(before)
    case 'terminate':
      return before.want === 'down' ? { is: 'unchanged' } : { is: 'down', isForGood: false }
    case 'delete': {
      const isGoing = before.state === 'TERMINATING' && before.forGood === true
      return isGoing ? { is: 'unchanged' } : { is: 'down', isForGood: true }
    }
  }
}

function edit(before: ClusterEntity, spec: ClusterSpec): ClusterWish {
  if (before.state !== 'RUNNING' && before.state !== 'TERMINATED') {
    return { is: 'refused', why: 'state', allowed: ['RUNNING', 'TERMINATED'] }
  }
  if (isEqual(before.spec, spec)) return { is: 'unchanged' }
  if (before.state === 'TERMINATED') return { is: 'settings', spec }
  return { is: 'up', spec, isStart: true, status: { state: 'RESTARTING' } }
}

/** Also while it starts or is being resized: the newest wish counts. */
function resize(
  before: ClusterEntity,
  { count, autoscale }: Extract<ClusterChange, { action: 'resize' }>['executors'],
): ClusterWish {
  if (before.want === 'down') {
    return {
      is: 'refused',
      why: 'state',
      allowed: ['PENDING', 'RUNNING', 'RESIZING', 'RESTARTING'],
    }
  }
  const { count: _count, autoscale: _autoscale, ...kept } = before.spec.executors
  const executors = { ...kept, ...(autoscale ? inRange(autoscale, before) : { count }) }
  const spec = specOf({ ...before.spec, executors })
  if (isEqual(before.spec, spec)) return { is: 'unchanged' }
  return { is: 'up', spec, isStart: false, status: resizing(before, spec.executors.count) }
}

/** A cluster that had a range before goes on from where it stands. */
function inRange(autoscale: ExecutorRange, { spec: { executors } }: ClusterEntity) {
  const { min, max } = autoscale
  const count = executors.autoscale ? Math.min(max, Math.max(min, executors.count)) : min
  return { autoscale, count }
}

export function resizing(before: ClusterEntity, requested: number): Status {
  if (before.state === 'RESTARTING') return { state: 'RESTARTING' }
  if (before.state !== 'RUNNING' && before.state !== 'RESIZING') return { state: 'PENDING' }
  const ready = Math.min(before.executors.ready, requested)
  return { state: 'RESIZING', executors: { requested, ready } }
}

function restart({ state, spec }: ClusterEntity): ClusterWish {
  if (state !== 'RUNNING' && state !== 'RESIZING') return { is: 'unchanged' }
  return { is: 'up', spec: fromItsLeast(spec), isStart: true, status: { state: 'RESTARTING' } }
}

/** A new driver has no load yet. */
function fromItsLeast({ executors, ...rest }: ClusterSpec): ClusterSpec {
  const count = executors.autoscale?.min ?? executors.count
  return { ...rest, executors: { ...executors, count } }
}

function start({ state, spec }: ClusterEntity): ClusterWish {
  if (state === 'TERMINATING') return { is: 'refused', why: 'going' }
  if (state !== 'TERMINATED') return { is: 'unchanged' }
  return { is: 'up', spec: fromItsLeast(spec), isStart: true, status: { state: 'PENDING' } }
}

/** Where in its range a cluster stands is Kindling's doing, and no setting. */
function isEqual(one: ClusterSpec, other: ClusterSpec): boolean {
  return settingsText(one) === settingsText(other)
}

/** Parsed by one schema, so that fields stand in one order. */
const settingsText = (spec: ClusterSpec): string =>
  JSON.stringify(ClusterSpec.parse(fromItsLeast(spec)))
