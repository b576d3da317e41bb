// Kubernetes tells times to the second. Who watches knows better, if it saw the change within that second.
import type { Instant } from '../../../shared/domain/time.ts'

const SECOND = 1000
/** Seen later than this, the change was not watched but found: nothing finer is known than the second. */
const WATCHED = 3 * SECOND

/**
 * The instant that Kubernetes told, made finer by when it was first seen. `before` is the answer for the same thing
 * earlier, which stands as long as the same second is told.
 */
export function sharpened(
  told: Instant | undefined,
  seen: Instant,
  before: Instant | undefined,
): Instant | undefined {
  if (told === undefined) return undefined
  if (before !== undefined && before >= told && before < told + SECOND) return before
  if (seen >= told + WATCHED) return told
  return Math.min(Math.max(told, seen), told + SECOND - 1)
}
