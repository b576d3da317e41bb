// How events are delivered to a function, from its manifest row: the settings of its push subscriptions.
import { DEAD_LETTERS, type FunctionName, type FunctionRow, manifest } from './manifest.ts'

/** How long Pub/Sub keeps what nobody acknowledges: its default, 7 days. */
const RETENTION_MS = 7 * 24 * 60 * 60 * 1000

const rows: Readonly<Record<FunctionName, FunctionRow>> = manifest

/** Milliseconds. Throws when there is no such function. */
export function deliveryPolicy(name: string) {
  const row = Object.entries(rows).find(([each]) => each === name)?.[1]
  if (!row) throw new Error(`there is no function "${name}" in functions/manifest.ts`)
  return {
    minBackoffMs: row.retry.minS * 1000,
    maxBackoffMs: row.retry.maxS * 1000,
    ackDeadlineMs: row.timeoutS * 1000,
    retentionMs: RETENTION_MS,
    ...(row.deliveries === undefined
      ? {}
      : { deadLetter: { topic: DEAD_LETTERS, maxAttempts: row.deliveries } }),
  }
}
