// Instants are whole milliseconds, and back-off doubles up to its limit.
import { expect, test } from 'vitest'
import { backOff, Instant, minutes, seconds } from './time.ts'

test('durations are milliseconds', () => {
  expect([seconds(1.5), minutes(2)]).toEqual([1500, 120_000])
})

test.each([
  [0, 5000],
  [1, 10_000],
  [2, 20_000],
  [5, 160_000],
  [6, 300_000],
  [1000, 300_000],
])('after %d tries the wait is %d ms', (tries, wait) => {
  expect(backOff(tries, seconds(5), minutes(5))).toBe(wait)
})

test.each([-1, 0.5, Number.NaN, Infinity, '1', null, 2 ** 53])('%s is no instant', (value) => {
  expect(Instant.safeParse(value).success).toBe(false)
})
