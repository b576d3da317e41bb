// Whether a kind of fault strikes now: by its rate in the seed's weather, while the storm lasts.
import { chanceFor, type Chance } from './chance.ts'
import type { Trace } from './trace.ts'
import { allFaultKinds, type FaultKind, type Weather } from './weather.ts'

export interface Strikes {
  /** Tells the trace when it does. `whom` it strikes is asked for only then: it is dear to say, and rarely said. */
  readonly strikes: (kind: FaultKind, whom: () => string) => boolean
  /** For the particulars of this kind: how late, how long. */
  readonly chance: (kind: FaultKind) => Chance
  readonly counts: ReadonlyMap<FaultKind, number>
}

export function strikesOf(
  seed: number,
  weather: Weather,
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

  return {
    strikes(kind, whom) {
      const rate = weather[kind]
      if (rate === undefined || !isStorm() || !chance(kind).happens(rate)) return false
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
