import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { timeScale } from './time-scale.ts'

it.each([
  [8000, [0, 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000]],
  [150_000, [0, 20_000, 40_000, 60_000, 80_000, 100_000, 120_000, 140_000]],
  [3 * 60_000, [0, 20_000, 40_000, 60_000, 80_000, 100_000, 120_000, 140_000, 160_000, 180_000]],
  [20 * 60_000, [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20].map((minutes) => minutes * 60_000)],
])('%i ms are told in round steps', (endedAt, ticks) => {
  const scale = timeScale({ startedAt: 0, endedAt }, 0, 100)
  expect(scale.ticks.map(({ ms }) => ms)).toEqual(ticks)
})

it('has few ticks, all within it, for a launch of any length', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 40 * 3_600_000 }), (endedAt) => {
      const scale = timeScale({ startedAt: 0, endedAt }, 10, 100)
      expect(scale.ticks.length).toBeLessThanOrEqual(11)
      for (const tick of scale.ticks) expect(tick.x).toBeLessThanOrEqual(110.001)
      expect(scale.x(-5)).toBe(10)
      expect(scale.x(endedAt + 10)).toBeCloseTo(110)
    }),
  )
})
