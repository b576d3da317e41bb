// A part of the crash points that fits `npm test`: a few of each scenario, of every kind of call and mode in turn. All of them
// are `npm run simulate -- --crash-points`.
import { describe, expect, it } from 'vitest'
import { type Point, pointsOf, runPoint } from './points.ts'
import { scenarios } from './scenarios/all.ts'

/** Of each scenario. */
const COUNT = 4

/** Spread over kinds of calls and modes; `turn`: differs from scenario to scenario, so that all of them have theirs. */
function someOf(points: readonly Point[], turn: number): Point[] {
  const sorted = points.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
  const stride = sorted.length / COUNT
  return Array.from({ length: COUNT }, (_, at) => {
    const place = Math.floor((at + ((turn * 7) % 31) / 31) * stride)
    return sorted[place]
  }).filter((point) => point !== undefined)
}

const keyOf = ({ call, mode, nth }: Point): string =>
  `${call} ${mode} ${String(nth).padStart(4, '0')}`

describe.each(scenarios.map((scenario, turn) => ({ name: scenario.name, scenario, turn })))(
  '$name',
  ({ scenario, turn }) => {
    it('comes to its end with a call struck', async () => {
      const chosen = someOf(await pointsOf(scenario), turn)
      expect(chosen.length).toBeGreaterThan(0)
      for (const point of chosen) {
        const { wrong } = await runPoint(point)
        expect(wrong, `npm run simulate -- --point ${point.id}`).toEqual([])
      }
    })
  },
)
