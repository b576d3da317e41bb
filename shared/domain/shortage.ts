// What is short for a cluster, told in its own terms: how many executors there would be room for. Pure.
import type { Reason } from '../../events/lifecycle.ts'
import type { ClusterSpec } from './entity.ts'

export interface Shortage {
  /** As many could be had. */
  readonly executors: number
  readonly reason: Reason
}

/** So many executors fewer would do. */
export function ofExecutors({ executors }: ClusterSpec, reason: Reason, over: number): Shortage {
  const { count } = executors
  const left = Math.max(0, count - over)
  const many = left === 1 ? '1 executor' : `${left} executors`
  const allowed = left === 0 ? 'none, as things stand' : `at most ${many}, as things stand`
  return {
    executors: left,
    reason: { ...reason, field: 'data.executors.count', got: String(count), allowed },
  }
}

/** Not even the driver can be had, which has machines of its own: fewer executors are no help. */
export function ofDriver({ driver }: ClusterSpec, reason: Reason): Shortage {
  const { machineType } = driver
  const allowed = 'another machine type, as things stand'
  return {
    executors: 0,
    reason: { ...reason, field: 'data.driver.machineType', got: machineType, allowed },
  }
}

/** The one to tell: whoever asks for what it leaves meets no other. */
export function tightest(shortages: readonly Shortage[]): Reason | undefined {
  let found: Shortage | undefined
  for (const each of shortages) if (!found || each.executors < found.executors) found = each
  return found?.reason
}
