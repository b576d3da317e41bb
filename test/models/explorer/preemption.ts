// How often a handler is left standing for another, where a model bounds that: who went last goes on for nothing.
import type { State, System } from './system.ts'

/** Places of handlers that are told apart by who went last. */
const PLACES = 4

/** After a move of each place, how often one may have been left standing. */
export function preemptionsLeft<Outside>(state: State<Outside>): number[] {
  const before = state.preempted ?? 0
  return Array.from(
    { length: PLACES },
    (_, slot) => -before - (leavesStanding(state, slot) ? 1 : 0),
  )
}

const leavesStanding = <Outside>({ last, processes }: State<Outside>, slot: number): boolean =>
  last !== undefined && last !== slot && processes[last] !== undefined

export function mayGo<Outside>(
  { preemptions = Infinity }: System<Outside>,
  state: State<Outside>,
  slot: number,
): boolean {
  return !leavesStanding(state, slot) || (state.preempted ?? 0) < preemptions
}

/** Counted only where there is a bound: else who went last makes no difference. */
export function going<Outside>(
  { preemptions }: System<Outside>,
  state: State<Outside>,
  slot: number,
): State<Outside> {
  if (preemptions === undefined) return state
  const preempted = (state.preempted ?? 0) + (leavesStanding(state, slot) ? 1 : 0)
  return { ...state, last: slot, preempted }
}
