// Whoever reads the sum of many seeds can run the one that was worst.
import { expect, it } from 'vitest'
import { addTo, noTotals, type SeedTally } from './tally.ts'

const tally = (seed: number, recoveryMs: number, arrivals: SeedTally['arrivals']): SeedTally => ({
  seed,
  violations: [],
  traceHash: '',
  events: 1,
  crashes: 0,
  simulatedMs: 1,
  portCalls: 1,
  recoveryMs,
  arrivals,
  probes: [],
})

const seeds = [
  tally(1, 10, { 'cluster up': 5 }),
  tally(2, 30, { 'cluster up': 9, 'pool down': 1 }),
  tally(3, 30, { 'cluster up': 9 }),
  tally(4, 20, { 'pool up': 0 }),
]

it.each([
  ['in order', seeds],
  ['in another order', seeds.toReversed()],
])('the worst of many is told with the lowest seed that had it: %s', (_, given) => {
  const totals = noTotals()
  for (const each of given) addTo(totals, each)
  expect(totals).toMatchObject({
    seeds: 4,
    worstRecovery: { ms: 30, seed: 2 },
    worstArrivals: {
      'cluster up': { ms: 9, seed: 2 },
      'pool down': { ms: 1, seed: 2 },
      'pool up': { ms: 0, seed: 4 },
    },
  })
})
