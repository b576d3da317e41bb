// A scenario is all that a seed decides beforehand: what is asked for, what goes wrong in the cloud and when, and the
// weather. Plain data, so that a failing one can be made smaller by leaving things out.
import { minutes } from '../../shared/domain/time.ts'
import { chanceFor } from './chance.ts'
import { cloudTroubles } from './cloud-troubles.ts'
import type { DeliveryMode } from './delivery-modes.ts'
import { rarityOf } from './rarities/rarity-of.ts'
import type { Aim } from './strikes.ts'
import { paceOf, type Storm, stormOf } from './storms.ts'
import { type Weather, weatherAtRandom } from './weather.ts'
import { hintsAtRandom, requestsAtRandom, type Tenancy, tenancyAtRandom } from './workload.ts'

/** Something done to the system from outside, `at` milliseconds after the start. */
export type Move = { readonly at: number } & (
  | {
      readonly does: 'publish'
      readonly topic: string
      readonly text: string
      readonly about: string
    }
  /** A fault of the simulated cloud, until it is cleared by the next phase or by `forMs`. */
  | {
      readonly does: 'trouble'
      readonly fault: string
      readonly parameters: Readonly<Record<string, unknown>>
      readonly forMs: number
    }
  /** What a cluster's driver works on from now on. */
  | { readonly does: 'work'; readonly cluster: string; readonly jobs: number }
  /** Its driver answers nobody for so long. */
  | { readonly does: 'silence'; readonly cluster: string; readonly forMs: number }
)

export interface Scenario {
  readonly seed: number
  readonly tenancy: Tenancy
  /** In order of time. */
  readonly moves: readonly Move[]
  readonly weather: Weather
  /** A fault that goes for the calls of one method, beside the weather. */
  readonly aim?: Aim
  /** How long things go wrong, in milliseconds; then faults stop. */
  readonly stormMs: number
  /** How much faster than life the cloud runs. */
  readonly speed: number
  /** Whether every workspace is deleted in the end, by force, before or after all has come to rest. */
  readonly ending: 'rest' | 'rest then delete' | 'delete'
  /** At rest: what is idle is given the time to end, and every event comes again. */
  readonly isThorough: boolean
  /** What happens to all events, in place of the weather. */
  readonly deliveries?: DeliveryMode
}

/** The requests of a seed in a world where nothing goes wrong but this. */
export function scenarioIn(deliveries: DeliveryMode | undefined, seed: number): Scenario {
  const { moves, ...scenario } = scenarioOf(seed)
  const kind = moves.filter(({ does }) => does !== 'trouble')
  return { ...scenario, moves: kind, weather: {}, ...(deliveries ? { deliveries } : {}) }
}

/** `storm`: in place of the one that the seed has. */
export function scenarioOf(seed: number, storm = stormOf(seed)): Scenario {
  const scenario = scenarioAtRandom(seed, storm)
  return rarityOf(seed)?.(scenario) ?? scenario
}

function scenarioAtRandom(seed: number, storm: Storm): Scenario {
  const { lengths, speeds, endings, thorough, kinds, least, ...pace } = paceOf[storm]
  const chance = chanceFor(seed, 'scenario')
  const tenancy = tenancyAtRandom(chanceFor(seed, 'tenancy'))
  const stormMs = minutes(chance.pick(lengths))
  const speed = chance.pick(speeds)
  const requests = requestsAtRandom(chanceFor(seed, 'requests'), tenancy, {
    ...pace,
    stormMs,
    speed,
  })
  const hints = hintsAtRandom(chanceFor(seed, 'hints'), tenancy, stormMs)
  const troubles = cloudTroubles(chanceFor(seed, 'troubles'), stormMs)
  return {
    seed,
    tenancy,
    moves: [...requests, ...hints, ...troubles].toSorted((left, right) => left.at - right.at),
    weather: weatherAtRandom(chanceFor(seed, 'weather'), chance.pick(kinds), least),
    stormMs,
    speed,
    isThorough: chance.happens(thorough),
    ending: chance.pick<Scenario['ending']>(endings),
  }
}
