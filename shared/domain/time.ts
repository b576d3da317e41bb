// Instants and durations. All times in documents are milliseconds since 1970, whole numbers; all durations milliseconds.
import { z } from 'zod'

/** The year 2100: no clock says so, and an alarm of then would never ring. */
const LATEST = 4_102_444_800_000

export const Instant = z.int().nonnegative().max(LATEST)
export type Instant = z.infer<typeof Instant>

export const seconds = (count: number): number => count * 1000
export const minutes = (count: number): number => count * 60_000
export const hours = (count: number): number => count * 3_600_000

/** Exponential back-off: `base`, doubled for each try before this one, at most `limit`. */
export function backOff(tries: number, base: number, limit: number): number {
  return Math.min(limit, base * 2 ** Math.min(tries, 30))
}
