// The places that running handlers have in a state.
import type { Process, State } from './system.ts'

/** The process is no more, whatever it was about to do. */
export function kill<Outside>(state: State<Outside>, slot: number): State<Outside> {
  return placed(state, slot, undefined)
}

export function isRunning<Outside>(state: State<Outside>, name?: string): boolean {
  return state.processes.some((process) => process && (!name || process.name.startsWith(name)))
}

export function placed<Outside>(
  state: State<Outside>,
  slot: number,
  process: Process | undefined,
): State<Outside> {
  const running = [...state.processes]
  running[slot] = process
  while (running.length > 0 && !running.at(-1)) running.pop()
  if (process || state.last !== slot) return { ...state, processes: running }
  const { last: _, ...others } = state
  return { ...others, processes: running }
}
