// One seed as the many are run: now and then twice, because a run that cannot be repeated cannot be trusted.
import type { DeliveryMode } from './delivery-modes.ts'
import { runSeed } from './run-seed.ts'
import { scenarioIn, scenarioOf } from './scenario.ts'
import { type SeedTally, tallyOf } from './tally.ts'

/** Every so many seeds. */
const TWICE = 50

export async function runTallied(seed: number, deliveries?: DeliveryMode): Promise<SeedTally> {
  const scenario = deliveries ? scenarioIn(deliveries, seed) : scenarioOf(seed)
  const tally = tallyOf(await runSeed(seed, { scenario }))
  if (seed % TWICE !== 0) return tally
  const again = await runSeed(seed, { scenario })
  if (again.traceHash === tally.traceHash) return tally
  const says = `ran to ${tally.traceHash} and then to ${again.traceHash}`
  const violation = { invariant: 'determinism', about: `seed ${seed}`, says, at: 0 }
  return { ...tally, violations: [...tally.violations, violation] }
}
