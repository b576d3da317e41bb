// What a system is that can be explored: documents, the outside, and handlers that are each stopped at a call of a port. Models
// add what else may happen.
import type { CallError } from '../../../shared/call-error.ts'
import type { Documents } from './documents.ts'
import type { Machine, Move } from './explore.ts'
import type { Call, Node } from './process.ts'

export interface Process {
  readonly name: string
  readonly node: Node
  readonly startedAt: number
}

export interface State<Outside> {
  readonly documents: Documents
  /** Of the store and of every process. */
  readonly now: number
  /** Whatever else a model keeps: the cloud, what is on its way, how often things may still go wrong. JSON. */
  readonly outside: Outside
  readonly processes: readonly (Process | undefined)[]
  /** Whose call was the last to take effect, and how often a handler was left standing for another. */
  readonly last?: number
  readonly preempted?: number
}

/** What the outside answers to a call, and what becomes of it. */
export type Reply<Outside> =
  | { readonly value: unknown; readonly outside?: Outside }
  | { readonly error: CallError; readonly outside?: Outside }

export interface System<Outside> {
  readonly start: Omit<State<Outside>, 'processes'>
  /** Calls of ports other than the store. */
  reply(call: Call, outside: Outside, process: Process): Reply<Outside>
  /** Looked at, not written, by the next call of a handler: nothing is gained by letting others come before it. */
  isAlone?(call: Call): boolean
  /** Documents that the model does not keep, though they are written. */
  forgets?(path: string): boolean
  /** How often a handler may be left standing for another; as often as can be, unless said. */
  readonly preemptions?: number | undefined
  /** What else may happen. */
  moves(state: State<Outside>): readonly Move<State<Outside>>[]
  /** What happens next by itself when no handler runs. */
  onward(state: State<Outside>): Move<State<Outside>> | undefined
  readonly invariants: Machine<State<Outside>>['invariants']
  isGoal(state: State<Outside>): boolean
  /** Told of documents that were created: by triggers. */
  created?(paths: readonly string[], outside: Outside): Outside
  /** Told of how a handler ended. */
  ended?(process: Process, outside: Outside): Outside
}
