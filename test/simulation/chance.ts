// Chance of a simulation: every number comes from the seed, and each purpose draws from a stream of its own, so that
// leaving one thing out does not change what the others draw.
import { seededRandom } from '../../infra/local/clock.ts'

export interface Chance {
  /** In [0, 1). */
  random(): number
  /** True so often, from 0 to 1. */
  happens(part: number): boolean
  /** In [from, to). */
  between(from: number, to: number): number
  /** A whole number, both ends included. */
  whole(from: number, to: number): number
  pick<Item>(items: readonly Item[]): Item
}

/** The stream of one purpose. */
export function chanceFor(seed: number, purpose: string): Chance {
  let mixed = seed >>> 0
  for (let at = 0; at < purpose.length; at++) {
    mixed = Math.imul(mixed ^ purpose.charCodeAt(at), 0x01000193) >>> 0
  }
  const random = seededRandom(Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d) >>> 0)
  const between = (from: number, to: number): number => from + (to - from) * random()
  const whole = (from: number, to: number): number => Math.floor(between(from, to + 1))
  return {
    random,
    happens: (part) => random() < part,
    between,
    whole,
    pick(items) {
      const item = items[whole(0, items.length - 1)]
      if (item === undefined) throw new Error('there is nothing to pick from')
      return item
    },
  }
}
