// Executors are made in batches, each the work of one invocation, all of them at once (R11).

/** Pods that one batch makes: measured, one invocation creates so many in well under a second. */
export const PODS_PER_BATCH = 50

export function batchesOf(executors: number): number {
  return Math.ceil(executors / PODS_PER_BATCH)
}

/** Indexes of a batch's pods, 1-based, when so many executors are wanted; `batch` is 1-based too. */
export function rangeOf(batch: number, executors: number): { first: number; last: number } {
  const first = (batch - 1) * PODS_PER_BATCH + 1
  return { first, last: Math.min(batch * PODS_PER_BATCH, executors) }
}
