// What an invariant is: a rule that no run of the simulation may break, with the reason that it is one.
import type { Rest } from '../rest.ts'
import type { Watch } from '../watch.ts'

export interface Finding {
  /** Path of the entity concerned, or what else it is about. */
  readonly about: string
  readonly says: string
}

export interface Invariant {
  /** As the reliability plan numbers them. */
  readonly id: `I${number}`
  readonly name: string
  /** Why it matters, in one sentence. */
  readonly matters: string
  /** Looks on from the start, at every move. */
  readonly during?: (watch: Watch) => void
  /** Looks once everything has come to rest. */
  readonly atRest?: (rest: Rest) => Promise<readonly Finding[]> | readonly Finding[]
  /** Why there is nothing to check yet, or what part of it. */
  readonly notYet?: string
}
