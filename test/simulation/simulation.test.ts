// A part of the simulation, for every run of the tests; `.ci/run` has the rest.
import { describe, expect, it } from 'vitest'
import type { Log, World } from '../../shared/ports.ts'
import { minutes } from '../../shared/domain/time.ts'
import { aroundWorld } from '../../shared/around.ts'
import { deliveryModes } from './delivery-modes.ts'
import { runSeed } from './run-seed.ts'
import { savedSeeds } from './saved-seeds.ts'
import { scenarioIn, scenarioOf } from './scenario.ts'
import { ACCOUNTS } from './workload.ts'
import { shrink } from './shrink.ts'

const range = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, at) => first + at)

describe('storms', () => {
  it.each(range(0, 30))('ten seeds, part %i: no invariant breaks', async (part) => {
    for (const seed of range(50_000 + 10 * part, 10)) {
      const { violations } = await runSeed(seed)
      expect({ seed, violations }).toEqual({ seed, violations: [] })
    }
  })

  it.each(savedSeeds)('seed $seed, of old: $broke', async ({ seed, storm }) => {
    const { violations } = await runSeed(seed, { scenario: scenarioOf(seed, storm) })
    expect(violations).toEqual([])
  })

  it.each([50, 100, 1500])('seed %i runs to the same trace twice', async (seed) => {
    const [first, second] = [await runSeed(seed), await runSeed(seed)]
    expect(second.traceHash).toBe(first.traceHash)
    expect(second.events).toBe(first.events)
  })
})

/** Of workspace, pool and cluster together, and of one look at the pods. */
const STEPS = 12
/** Two periods of the sweep. */
const A_STEP = minutes(2)

describe.each(deliveryModes)('every event: %s', (mode) => {
  it.each(range(1, 8))('the requests of seed %i come to their goals', async (seed) => {
    const told = await runSeed(seed, { scenario: scenarioIn(undefined, seed) })
    const result = await runSeed(seed, { scenario: scenarioIn(mode, seed) })
    expect(result.violations).toEqual([])
    expect(result.recoveryMs - told.recoveryMs).toBeLessThanOrEqual(STEPS * A_STEP)
  })
})

it('a system that only says that it deletes GKE clusters is found out, on a small scenario', async () => {
  const options = {
    wrapWorld: (world: World) =>
      aroundWorld(world, async ({ port, method, args }, proceed) => {
        if (port !== 'gke' || method !== 'deleteCluster') return proceed()
        return { name: `operation-${String(args[0])}`, status: 'DONE' }
      }),
  }
  const scenario = { ...scenarioIn(undefined, 2), ending: 'delete' as const }
  const found = await runSeed(2, { ...options, scenario })
  const [first] = found.violations
  expect(first?.invariant).toBe('I11')
  const smaller = await shrink(found, 'I11', (less) => runSeed(2, { ...options, scenario: less }))
  expect(smaller.scenario.moves.length).toBeLessThan(scenario.moves.length)
  expect(smaller.violations.map(({ invariant }) => invariant)).toContain('I11')
})

/** Runs until something is logged of a call that failed. */
async function brokenBy(seeds: readonly number[], log: (log: Log, error: unknown) => void) {
  for (const seed of seeds) {
    const wrapWorld = (world: World): World =>
      aroundWorld(world, (_, proceed) =>
        proceed().catch((error: unknown) => {
          log(world.log, error)
          throw error
        }),
      )
    const { violations } = await runSeed(seed, { wrapWorld })
    if (violations.length > 0) return violations.map(({ invariant }) => invariant)
  }
  return []
}

describe('a system that writes down what it should not is found out', () => {
  it('errors as clients throw them, with the token of the call', async () => {
    const broken = await brokenBy(range(1, 10), (log, error) => {
      const { cause } = error as Error
      log('ERROR', 'call failed', { error: { ...(cause as object) } })
    })
    expect(broken).toContain('I10')
  })

  it('one line about two tenants', async () => {
    const broken = await brokenBy(range(1, 10), (log, error) =>
      log('ERROR', 'call failed', { error: String(error), seen: ACCOUNTS.join(' ') }),
    )
    expect(broken).toContain('I4')
  })
})
