// How many executors a cluster with a range should have: up at once when tasks wait, down gently when fewer would do for
// minutes. A pure policy: it never leaves the range, never takes what running tasks need, and what is unknown changes
// nothing.
import { minutes } from './time.ts'

export interface ExecutorRange {
  readonly min: number
  readonly max: number
}

/** Tasks, of all jobs together. */
export interface Load {
  readonly runningTasks: number
  readonly pendingTasks: number
}

export interface Scale {
  readonly range: ExecutorRange
  /** Executors wanted now. */
  readonly count: number
  /** Tasks that one executor runs side by side. */
  readonly slots: number
  /** Undefined = unknown. */
  readonly load: Load | undefined
  /** Milliseconds for which every report has said that fewer executors would do. */
  readonly spareFor: number
}

export interface ScaleDecision {
  readonly to: number
  /** For people. */
  readonly why: string
}

/** Fewer executors must have been enough for so long, and the latest change of size so long ago. */
export const DOWN_AFTER = minutes(2)

/** What a driver says, if it says all of it. */
export function loadOf(activity: Partial<Load> | undefined): Load | undefined {
  const { runningTasks, pendingTasks } = activity ?? {}
  if (runningTasks === undefined || pendingTasks === undefined) return undefined
  return { runningTasks, pendingTasks }
}

/** Executors that run all of these tasks at once, within the range. */
export function executorsFor(load: Load, slots: number, { min, max }: ExecutorRange): number {
  const tasks = load.runningTasks + load.pendingTasks
  return Math.min(max, Math.max(min, Math.ceil(tasks / Math.max(1, slots))))
}

/** Undefined = stay. */
export function autoscale(scale: Scale): ScaleDecision | undefined {
  const { range, count, slots, load, spareFor } = scale
  if (!load) return undefined
  const enough = executorsFor(load, slots, range)
  if (enough > count) {
    const why = `${load.pendingTasks} tasks wait for a slot, ${load.runningTasks} run, ${slots} at once on each executor`
    return { to: enough, why }
  }
  if (enough === count || !(spareFor >= DOWN_AFTER)) return undefined
  const to = count - stepDown(count - enough)
  const why = `${enough} executors have been enough for ${Math.floor(spareFor / minutes(1))} minutes`
  return { to, why }
}

/** Half of what is too much goes at a time, so that load that comes back finds executors, and a large cluster shrinks soon. */
const stepDown = (surplus: number): number => Math.ceil(surplus / 2)
