import { expect, test } from 'vitest'
import { minutes, seconds } from '../../../shared/domain/time.ts'
import { pace } from './pace.ts'

/** Gaps between reports when there is progress to say all the time. */
function gaps(count: number, isLaunching: boolean): number[] {
  const rhythm = pace(0)
  const found: number[] = []
  let now = 0
  for (let report = 0; report < count; report++) {
    const due = rhythm.due('progress', isLaunching, now)
    found.push(due - now)
    now = due
    rhythm.sent('progress', now)
  }
  return found
}

test('progress is said once a second first, then ever more seldom', () => {
  expect(gaps(7, true)).toEqual([1000, 2000, 4000, 8000, 15_000, 15_000, 15_000])
  expect(gaps(7, false)).toEqual(gaps(7, true))
})

test('a turning point waits for a quarter of a second only, however often was spoken', () => {
  const rhythm = pace(0)
  for (let now = 0; now < 2000; now += 250) rhythm.sent('progress', now)
  expect(rhythm.due('point', false, 1800)).toBe(2000)
  expect(rhythm.due('progress', false, 1800)).toBe(1750 + 15_000)
})

test('what changes within a launch waits a second, and no longer, for more to be told with it', () => {
  const rhythm = pace(0)
  expect(rhythm.due('point', true, 100)).toBe(1100)
  expect(rhythm.due('progress', true, 900)).toBe(1100)
  rhythm.sent('point', 1100)
  expect(rhythm.due('point', true, 9000)).toBe(10_000)
  expect(rhythm.due('point', true, 9900)).toBe(10_000)
})

test('the end of a launch does not wait for more', () => {
  const rhythm = pace(0)
  rhythm.sent('progress', 5000)
  expect(rhythm.due('point', true, 9000)).toBe(10_000)
  expect(rhythm.due('point', false, 9100)).toBe(5250)
})

test('what is lost after the launch is said as soon as anything', () => {
  const rhythm = pace(0)
  expect(rhythm.due('point', false, 500)).toBe(250)
  rhythm.sent('point', 500)
  expect(rhythm.due('point', true, 9000)).toBe(750)
  expect(rhythm.due('progress', true, 9000)).toBe(1500)
})

test('after a quiet time the steps begin again, and heartbeats take none', () => {
  const rhythm = pace(0)
  for (let now = 0; now < 2000; now += 250) rhythm.sent('progress', now)
  rhythm.sent('heartbeat', minutes(1))
  expect(rhythm.due('progress', false, minutes(1))).toBe(minutes(1) + 1000)
  rhythm.sent('heartbeat', minutes(1) + seconds(1))
  expect(rhythm.due('progress', false, minutes(1) + seconds(2))).toBe(minutes(1) + 2000)
})
