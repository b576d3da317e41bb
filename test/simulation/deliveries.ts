// How events reach functions in bad weather: lost, doubled, late, and again hours later. Requests are never lost: their
// publisher was told that they are stored.
import type { BusKnobs } from '../../infra/local/bus/bus-engine.ts'
import type { HostKnobs } from '../../infra/local/stack/functions-host.ts'
import { hours, minutes, seconds } from '../../shared/domain/time.ts'
import type { Strikes } from './strikes.ts'

export interface BadDeliveries extends Required<
  Pick<BusKnobs & HostKnobs, 'drop' | 'duplicate' | 'delayMs'>
> {
  /** Copies that come hours later, and have not come yet. */
  readonly ghostsAhead: () => number
}

export function badDeliveries({ strikes, chance }: Strikes, now: () => number): BadDeliveries {
  const ghosts: number[] = []
  /** Waits of the copies of the event at hand, the first of which is the event itself. */
  let waits: number[] = []
  let target = ''

  const usual = (): number =>
    strikes('event-late', () => target) ? chance('event-late').between(0, minutes(10)) : 0

  return {
    drop(name) {
      target = name
      if (name === 'sweep') return strikes('tick-missed', () => name)
      return !name.endsWith('-requested') && strikes('event-lost', () => name)
    },
    duplicate() {
      waits = [usual()]
      const kind = target === 'sweep' ? 'tick-doubled' : 'event-doubled'
      if (strikes(kind, () => target)) {
        const copies = chance(kind).whole(1, 4)
        for (let copy = 0; copy < copies; copy++) waits.push(chance(kind).between(0, seconds(30)))
      }
      if (strikes('event-ghost', () => target)) {
        const wait = chance('event-ghost').between(minutes(5), hours(3))
        ghosts.push(now() + wait)
        waits.push(wait)
      }
      return waits.length - 1
    },
    delayMs: () => waits.shift() ?? 0,
    ghostsAhead: () => ghosts.filter((at) => at >= now()).length,
  }
}
