// Which seeds go after something that chance alone hardly ever brings about: every fiftieth, one rarity after the other.
import type { Scenario } from '../scenario.ts'
import { aimedFaults } from './aimed-faults.ts'
import { rareTroubles } from './rare-troubles.ts'

/** What becomes of the scenario that the seed would have. */
export type Rarity = (scenario: Scenario) => Scenario

const EVERY = 50
/** Apart from the seeds that run twice. */
const AT = 10

const rarities: readonly Rarity[] = [...aimedFaults, ...rareTroubles]

export function rarityOf(seed: number): Rarity | undefined {
  if (seed % EVERY !== AT) return undefined
  const turn = Math.floor(seed / EVERY)
  const rarity = rarities[turn % rarities.length]
  // By turns alone, so that nothing hides it, and in the seed's weather.
  const isAlone = Math.floor(turn / rarities.length) % 2 === 0
  return isAlone ? (scenario) => rarity?.({ ...scenario, weather: {} }) ?? scenario : rarity
}
