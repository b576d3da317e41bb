// What the simulation never comes by, and why: each probe named by a part of it that is its alone.

export const notReached: readonly {
  readonly reason: string
  readonly probes: readonly string[]
}[] = []
