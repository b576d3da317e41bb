// What happened in a simulation, in order. Everything goes into one hash, which two runs of a seed must share; what people
// can read of a failure is kept as lines.
import type { Instant } from '../../shared/domain/time.ts'

export type EventKind = 'move' | 'fault' | 'event' | 'call' | 'write' | 'check'

export interface TraceLine {
  /** Milliseconds since the start. */
  readonly at: number
  readonly kind: EventKind
  readonly text: string
}

export interface Trace {
  add(kind: EventKind, text: string): void
  /** Into the hash, and into no line: what there is too much of. */
  note(text: string): void
  readonly lines: readonly TraceLine[]
  hash(): string
  /** How many notes and lines there were. */
  count(): number
}

export function trace(now: () => Instant): Trace {
  const start = now()
  const lines: TraceLine[] = []
  // Two lanes of FNV-1a: one of 32 bits is too few for millions of runs.
  let first = 0x811c9dc5
  let second = 0x9e3779b9
  let count = 0

  function mix(text: string, at: number): void {
    count++
    first = Math.imul(first ^ at, 0x01000193)
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index)
      first = Math.imul(first ^ code, 0x01000193)
      second = Math.imul(second ^ code, 0x85ebca6b)
    }
  }

  return {
    lines,
    add(kind, text) {
      const at = now() - start
      lines.push({ at, kind, text })
      mix(text, at)
    },
    note: (text) => mix(text, now() - start),
    hash: () => [first, second].map((lane) => (lane >>> 0).toString(16).padStart(8, '0')).join(''),
    count: () => count,
  }
}
