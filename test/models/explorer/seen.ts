// What an exploration has met. Of two states that differ only in how much may still go wrong, one with as much of all has every
// way of the other, so that the other need not be looked at.
import { hash } from 'node:crypto'

/** How much may still go wrong, of each kind. */
export type Spare = readonly number[]

export class Seen {
  readonly #spares = new Map<string, readonly Spare[]>()
  size = 0

  /** Whether it has ways that nothing has that was met before. */
  add(key: string, spare: Spare): boolean {
    const before = this.#spares.get(key) ?? []
    if (before.some((other) => isAsMuch(other, spare))) return false
    this.#spares.set(key, [...before.filter((other) => !isAsMuch(spare, other)), spare])
    this.size++
    return true
  }

  /** Whether nothing was met since that has all its ways, and more. */
  isNewest(key: string, spare: Spare): boolean {
    return this.#spares.get(key)?.includes(spare) ?? false
  }

  has(key: string): boolean {
    return this.#spares.has(key)
  }
}

/** In place of a long key, of which there are millions. */
export const short = (key: string): string => hash('sha1', key, 'base64')

const isAsMuch = (one: Spare, other: Spare): boolean =>
  one.every((count, at) => count >= (other[at] ?? 0))
