// When a workspace that hibernates is to be awake again before anybody asks: at an hour of some days of the week, by the clock
// on the wall of a time zone. A clock that is put forward over that hour has it as late as it was put forward; of an hour
// that comes twice the first counts (what calendars call "compatible", RFC 5545). Pure.
import { z } from 'zod'
import { hours, type Instant, minutes } from './time.ts'

/** In the order of Date's own days. */
const DAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'] as const

export const Prewarm = z.object({
  days: z.array(z.enum(DAYS)).min(1),
  hour: z.int().min(0).max(23),
  minute: z.int().min(0).max(59),
  /** A name of the IANA database. */
  timeZone: z.string(),
})
export type Prewarm = z.infer<typeof Prewarm>

/** Waking begins so long before the hour: what GKE takes at most (hibernation.ts), and a few minutes for the sweep and for pools. */
const LEAD = minutes(15)
/** Looked at later than this, nobody is woken for the hour: who has come by then has asked for a cluster, which wakes too. */
const LATEST = hours(1)
/** It stays awake so long after the hour, used or not. */
export const KEPT = hours(4)
/** Going to sleep so shortly before the hour would save nothing: going and coming take half an hour together. */
const NEAR = hours(1)

const DAY = hours(24)

/** The hour that a workspace which hibernates at `now` is to be woken for, if there is one. */
export function hourToWakeFor(prewarm: Prewarm, now: Instant): Instant | undefined {
  const hour = nextHour(prewarm, now - LATEST)
  return hour - LEAD <= now ? hour : undefined
}

/** When to begin to wake it the next time, later than `now`. */
export function nextWaking(prewarm: Prewarm, now: Instant): Instant {
  return nextHour(prewarm, now + LEAD) - LEAD
}

/** Whether it is not to go to sleep at `now`, because its hour is near or not long past. */
export function isKeptAwake(prewarm: Prewarm, now: Instant): boolean {
  return nextHour(prewarm, now - KEPT) - NEAR <= now
}

/** The first scheduled hour later than `after`. Throws a RangeError where there is no such time zone. */
export function nextHour({ days, hour, minute, timeZone }: Prewarm, after: Instant): Instant {
  const offsetAt = offsetsOf(timeZone)
  const today = after + offsetAt(after)
  const midnight = today - modulo(today, DAY)
  // From yesterday on, which a clock put forward may have moved into today, to the same day of the next week.
  const walls = Array.from({ length: 10 }, (_, at) => midnight + (at - 1) * DAY)
  const found = walls
    .filter((wall) => days.some((day) => day === DAYS[new Date(wall).getUTCDay()]))
    .map((wall) => instantOf(wall + hours(hour) + minutes(minute), offsetAt))
    .filter((instant) => instant > after)
  return Math.min(...found)
}

/** Whether it is a name of the IANA database that this machine knows; offsets such as +02:00 are none. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    formatOf(name)
    return true
  } catch {
    return false
  }
}

/** When the clock on the wall shows `wall`, milliseconds as if it were in UTC. */
function instantOf(wall: number, offsetAt: (instant: Instant) => number): Instant {
  const [before, after] = [offsetAt(wall - DAY), offsetAt(wall + DAY)]
  const shown = [before, after]
    .map((offset) => wall - offset)
    .filter((instant) => instant + offsetAt(instant) === wall)
  // The clock never shows it: it was put forward.
  return shown.length > 0 ? Math.min(...shown) : wall - before
}

/** How far the clock on the wall is ahead of UTC, at an instant. */
function offsetsOf(timeZone: string): (instant: Instant) => number {
  const format = formatOf(timeZone)
  return (instant) => {
    const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, value]))
    const [year, month, day, hour, minute, second] = FIELDS.map((field) => Number(parts.get(field)))
    const shown = Date.UTC(year ?? 0, (month ?? 0) - 1, day, hour, minute, second)
    return shown - (instant - modulo(instant, 1000))
  }
}

const FIELDS = ['year', 'month', 'day', 'hour', 'minute', 'second'] as const

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const number = 'numeric'
  return new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: number,
    month: number,
    day: number,
    hour: number,
    minute: number,
    second: number,
  })
}

const modulo = (value: number, by: number): number => ((value % by) + by) % by
