// Whether a kind of fault strikes now: by its rate in the seed's weather, while the storm lasts.
import type { Call } from '../../shared/around.ts'
import { chanceFor, type Chance } from './chance.ts'
import type { Scenario } from './scenario.ts'
import type { Trace } from './trace.ts'
import { allFaultKinds, type FaultKind } from './weather.ts'

/** A kind of fault that goes for the calls of one method. */
export interface Aim {
  readonly kind: FaultKind
  readonly port: string
  readonly method: string
}

export interface Strikes {
  /** Tells the trace when it does. `whom` it strikes is asked for only then: it is dear to say, and rarely said. */
  readonly strikes: (kind: FaultKind, whom: () => string, call?: Call) => boolean
  /** For the particulars of this kind: how late, how long. */
  readonly chance: (kind: FaultKind) => Chance
  readonly counts: ReadonlyMap<FaultKind, number>
}

/** How often a fault strikes what it is aimed at. */
const AIMED = 0.6

export function strikesOf(
  { seed, weather, aim }: Pick<Scenario, 'seed' | 'weather' | 'aim'>,
  isStorm: () => boolean,
  trace: Trace,
  struck: (kind: FaultKind, what: string) => void = () => undefined,
): Strikes {
  const streams = new Map(allFaultKinds.map((kind) => [kind, chanceFor(seed, kind)]))
  const counts = new Map<FaultKind, number>()

  function chance(kind: FaultKind): Chance {
    const stream = streams.get(kind)
    if (!stream) throw new Error(`no kind of fault: ${kind}`)
    return stream
  }

  const aimed = chanceFor(seed, 'aim')
  const isAimed = (kind: FaultKind, call: Call): boolean =>
    aim?.kind === kind &&
    aim.method === call.method &&
    aim.port === call.port &&
    aimed.happens(AIMED)

  return {
    strikes(kind, whom, call) {
      if (!isStorm()) return false
      const rate = weather[kind]
      const isStruck = rate !== undefined && chance(kind).happens(rate)
      if (!isStruck && !(call && isAimed(kind, call))) return false
      counts.set(kind, (counts.get(kind) ?? 0) + 1)
      const what = whom()
      trace.add('fault', `${kind}: ${what}`)
      struck(kind, what)
      return true
    },
    chance,
    counts,
  }
}
