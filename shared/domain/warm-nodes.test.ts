// How many nodes a budget keeps warm.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { keptWarm } from './warm-nodes.ts'

const rates = {
  machine: (machineType: string) => ({ small: 0.1, large: 0.4 })[machineType],
  disk: 0.01,
}
const zone = 'europe-west4-a'
const counts = (monthlyBudget: number, ...nodes: [machineType: string, count: number][]) =>
  keptWarm(
    { monthlyBudget, nodes: nodes.map(([machineType, count]) => ({ machineType, count, zone })) },
    rates,
  ).map(({ count }) => count)

// One small node costs $81.84 in a month of 744 hours, one large one $305.04.
test.each([
  [81, [0]],
  [82, [1]],
  [163, [1]],
  [164, [2]],
  [1000, [4]],
])('a budget of $%i keeps %j of four', (budget, kept) => {
  expect(counts(budget, ['small', 4])).toEqual(kept)
})

test('what is listed first goes first, and the rest has what is left', () => {
  expect(counts(400, ['large', 1], ['small', 4])).toEqual([1, 1])
  expect(counts(300, ['large', 1], ['small', 4])).toEqual([0, 3])
})

test('none is kept of a machine whose price is not known', () => {
  expect(counts(1000, ['unheard-of', 2], ['small', 1])).toEqual([0, 1])
})

test('no month costs more than the budget, and none is left out that would fit', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100_000 }),
      fc.array(fc.tuple(fc.constantFrom('small', 'large'), fc.integer({ min: 1, max: 1000 }))),
      (monthlyBudget, listed) => {
        const nodes = listed.map(([machineType, count]) => ({ machineType, count, zone }))
        const kept = keptWarm({ monthlyBudget, nodes }, rates)
        const spent = kept.reduce((sum, { count, each = 0 }) => sum + count * each, 0)
        expect(spent).toBeLessThanOrEqual(monthlyBudget * 1e6)
        const short = kept.filter(({ count, wanted }) => count < wanted)
        for (const { each = 0 } of short) expect(spent + each).toBeGreaterThan(monthlyBudget * 1e6)
      },
    ),
  )
})
