// Looks at a thing that nobody uses, and hours that pass between them: what models of idle things have in common.
import { hours } from '../../shared/domain/time.ts'
import type { Move } from './explorer/explore.ts'
import { spawn } from './explorer/machine.ts'
import type { Handler } from './explorer/process.ts'
import type { State } from './explorer/system.ts'
import type { Happenings } from './happenings.ts'

export interface IdleLooks extends Happenings {
  /** Looks at it, and how often two hours pass. */
  readonly looks: number
  readonly hours: number
}

/** `look`: what looks at it. */
export function idleLooks(state: State<IdleLooks>, look: Handler): Move<State<IdleLooks>>[] {
  const { outside, processes, now } = state
  const hasRoom = processes.filter(Boolean).length < outside.left.running
  const looked = { ...state, outside: { ...outside, looks: outside.looks - 1 } }
  const later = { ...state, now: now + hours(2), outside: { ...outside, hours: outside.hours - 1 } }
  return [
    ...(hasRoom && outside.looks > 0
      ? [{ label: `begins ${look.name}`, next: () => spawn(looked, look) }]
      : []),
    ...(outside.hours > 0 ? [{ label: 'two hours pass', next: async () => later }] : []),
  ]
}
