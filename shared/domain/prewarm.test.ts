// The hours of a prewarm schedule, against what Intl says the clock on the wall shows.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  hourToWakeFor,
  isKeptAwake,
  isTimeZone,
  nextHour,
  nextWaking,
  type Prewarm,
} from './prewarm.ts'
import { hours, type Instant, minutes } from './time.ts'

const DAILY: Prewarm['days'] = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA']
const at = (text: string): Instant => Date.parse(text)
const text = (instant: Instant): string => new Date(instant).toISOString().replace(':00.000Z', 'Z')

/** Where clocks are put forward and back by half an hour, one and two, at midnight, twice a year for a month, and not at all. */
const ODD_ZONES = [
  'America/New_York',
  'America/Sao_Paulo',
  'America/Santiago',
  'America/St_Johns',
  'Africa/Cairo',
  'Africa/Casablanca',
  'Antarctica/Troll',
  'Asia/Kathmandu',
  'Asia/Tehran',
  'Australia/Lord_Howe',
  'Australia/Sydney',
  'Europe/Berlin',
  'Europe/Dublin',
  'Pacific/Apia',
  'Pacific/Chatham',
  'Pacific/Kiritimati',
  'UTC',
]

const schedule = fc.record({
  days: fc.subarray(DAILY, { minLength: 1 }),
  hour: fc.integer({ min: 0, max: 23 }),
  minute: fc.integer({ min: 0, max: 59 }),
  timeZone: fc.oneof(
    fc.constantFrom(...ODD_ZONES),
    fc.constantFrom(...Intl.supportedValuesOf('timeZone')),
  ),
})
const instant = fc.integer({ min: at('2000-01-01T00:00Z'), max: at('2040-01-01T00:00Z') })

/** The same, but a few hours of a day on which the zone's clocks are changed, if they ever are. */
const aroundChange = fc
  .record({ prewarm: schedule, from: instant, hour: fc.integer({ min: 0, max: 3 }) })
  .map(({ prewarm, from, hour }) => {
    const wall = wallOf(prewarm.timeZone)
    const offset = (t: Instant): number => Date.parse(wallText(wall(t))) - (t - (t % minutes(1)))
    const days = Array.from({ length: 370 }, (_, index) => from + hours(24 * index))
    const change = days.find((day) => offset(day) !== offset(day + hours(24))) ?? from
    return [{ ...prewarm, days: DAILY, hour }, change] as const
  })
const anyTime = fc.oneof(fc.tuple(schedule, instant), aroundChange)

/** What the clock on the wall shows, asked in another way than the code under test does. */
function wallOf(timeZone: string): (instant: Instant) => string {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  })
  const days: Readonly<Record<string, string>> = {
    sön: 'SU',
    mån: 'MO',
    tis: 'TU',
    ons: 'WE',
    tors: 'TH',
    fre: 'FR',
    lör: 'SA',
  }
  return (instant) => {
    const [day = '', ...rest] = format.format(instant).split(/[ ,]+/)
    return [days[day], ...rest].join(' ')
  }
}

const two = (value: number): string => String(value).padStart(2, '0')
/** Every offset since 2000 is whole quarters of an hour. */
const STEP = minutes(15)

function isScheduled(prewarm: Prewarm, wall: string): boolean {
  const [day, , time] = wall.split(' ')
  const isDay = prewarm.days.some((each) => each === day)
  return isDay && time === `${two(prewarm.hour)}:${two(prewarm.minute)}`
}

/** The instants in (from, to) at which the wall's clock shows the scheduled time for the first time. */
function firstShown(prewarm: Prewarm, from: Instant, to: Instant): Instant[] {
  const wallAt = wallOf(prewarm.timeZone)
  const found: Instant[] = []
  const begin = from - (from % STEP) - STEP + minutes(prewarm.minute % 15)
  for (let t = begin; t < to; t += STEP) {
    const wall = wallAt(t)
    if (t <= from || !isScheduled(prewarm, wall)) continue
    const earlier = Array.from({ length: 12 }, (_, index) => wallAt(t - (index + 1) * STEP))
    if (!earlier.includes(wall)) found.push(t)
  }
  return found
}

describe('the next hour of a schedule', () => {
  it.each([
    ['2026-11-29T12:00Z', 'Europe/Berlin', '2026-11-30T07:00Z', 'winter in the north'],
    ['2026-07-05T12:00Z', 'Europe/Berlin', '2026-07-06T06:00Z', 'summer in the north'],
    ['2026-11-29T12:00Z', 'Australia/Sydney', '2026-11-29T21:00Z', 'summer in the south'],
    ['2026-07-05T12:00Z', 'Australia/Sydney', '2026-07-05T22:00Z', 'winter in the south'],
  ])('after %s, Mondays at 8 in %s, is %s: %s', (after, timeZone, next) => {
    const mondays: Prewarm = { days: ['MO'], hour: 8, minute: 0, timeZone }
    expect(text(nextHour(mondays, at(after)))).toBe(next)
  })

  it.each([
    ['Europe/Berlin', '2026-03-28T12:00Z', '2026-03-29T01:30Z', 'an hour forward, 3:30 there'],
    ['Europe/Berlin', '2026-10-24T12:00Z', '2026-10-25T00:30Z', 'twice, the first counts'],
    ['Europe/Berlin', '2026-10-25T00:30Z', '2026-10-26T01:30Z', 'and not the second'],
    ['Australia/Sydney', '2026-10-03T02:00Z', '2026-10-03T16:30Z', 'forward in October'],
    ['Australia/Sydney', '2026-04-04T02:00Z', '2026-04-04T15:30Z', 'back in April'],
    ['Pacific/Apia', '2011-12-29T13:00Z', '2011-12-30T12:30Z', 'a whole day that never was'],
  ])('2:30 in %s after %s is %s: %s', (timeZone, after, next) => {
    const daily: Prewarm = { days: DAILY, hour: 2, minute: 30, timeZone }
    expect(text(nextHour(daily, at(after)))).toBe(next)
  })

  it('is the first one that the clock on the wall shows, or just after a clock put forward', () => {
    fc.assert(
      fc.property(anyTime, ([prewarm, after]) => {
        const next = nextHour(prewarm, after)
        expect(next).toBeGreaterThan(after)
        expect(firstShown(prewarm, after, next)).toEqual([])
        const wall = wallOf(prewarm.timeZone)
        if (isScheduled(prewarm, wall(next))) return
        // It was put forward over the hour: shown as much later as it was put forward, the time itself never.
        const shown = (instant: Instant): number => Date.parse(wallText(wall(instant)))
        const offset = (instant: Instant): number => shown(instant) - instant
        const forward = offset(next + hours(25)) - offset(next - hours(25))
        expect(forward).toBeGreaterThan(0)
        expect(isScheduled(prewarm, wallOf('UTC')(shown(next) - forward))).toBe(true)
      }),
      { numRuns: 150 },
    )
  })

  it('comes again within eight days, and never twice for the same time', () => {
    fc.assert(
      fc.property(anyTime, ([prewarm, after]) => {
        const first = nextHour(prewarm, after)
        expect(first - after).toBeLessThanOrEqual(hours(8 * 24 + 1))
        expect(nextHour(prewarm, first - 1)).toBe(first)
        // The shortest day that there was had 22 hours and some minutes.
        expect(nextHour(prewarm, first) - first).toBeGreaterThan(hours(20))
      }),
      { numRuns: 300 },
    )
  })
})

/** `SU 2026-11-29 08:00` as UTC would write it. */
function wallText(wall: string): string {
  const [, date, time] = wall.split(' ')
  return `${date}T${time}Z`
}

describe('a schedule of Mondays at 8 UTC', () => {
  const prewarm: Prewarm = { days: ['MO'], hour: 8, minute: 0, timeZone: 'UTC' }
  const HOUR = at('2026-11-30T08:00Z')

  it.each([
    ['07:44', undefined],
    ['07:45', HOUR],
    ['08:59', HOUR],
    ['09:00', undefined],
  ])('at %s wakes for %s', (time, hour) => {
    expect(hourToWakeFor(prewarm, at(`2026-11-30T${time}Z`))).toBe(hour)
  })

  it.each([
    ['06:59', false],
    ['07:00', true],
    ['11:59', true],
    ['12:00', false],
  ])('at %s keeps awake: %s', (time, isKept) => {
    expect(isKeptAwake(prewarm, at(`2026-11-30T${time}Z`))).toBe(isKept)
  })

  it.each([
    ['07:44', '2026-11-30T07:45Z'],
    ['07:45', '2026-12-07T07:45Z'],
    ['08:30', '2026-12-07T07:45Z'],
  ])('at %s rings next at %s', (time, next) => {
    expect(text(nextWaking(prewarm, at(`2026-11-30T${time}Z`)))).toBe(next)
  })
})

it.each([
  ['Europe/Berlin', true],
  ['UTC', true],
  ['Etc/GMT+5', true],
  ['+02:00', false],
  ['Mars/Base', false],
  ['Europe/Berlin ', false],
  ['', false],
])('"%s" is a time zone: %s', (name, isOne) => {
  expect(isTimeZone(name)).toBe(isOne)
})
