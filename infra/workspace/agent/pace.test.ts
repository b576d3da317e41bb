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

test('progress of a launch is said four times a second first, then ever more seldom', () => {
  expect(gaps(9, true)).toEqual([250, 250, 250, 1000, 2000, 4000, 8000, 15_000, 15_000])
})

test('progress of what already runs is said once a second at most', () => {
  expect(gaps(4, false)).toEqual([1000, 1000, 1000, 1000])
})

test('a turning point waits for a quarter of a second only, however often was spoken', () => {
  const rhythm = pace(0)
  for (let now = 0; now < 2000; now += 250) rhythm.sent('progress', now)
  expect(rhythm.due('point', true, 1800)).toBe(2000)
  expect(rhythm.due('progress', true, 1800)).toBe(1750 + 15_000)
})

test('after a quiet time the steps begin again, and heartbeats take none', () => {
  const rhythm = pace(0)
  for (let now = 0; now < 2000; now += 250) rhythm.sent('progress', now)
  rhythm.sent('heartbeat', minutes(1))
  expect(rhythm.due('progress', true, minutes(1))).toBe(minutes(1) + 250)
  rhythm.sent('heartbeat', minutes(1) + seconds(1))
  expect(rhythm.due('progress', true, minutes(1) + seconds(2))).toBe(minutes(1) + 1250)
})
