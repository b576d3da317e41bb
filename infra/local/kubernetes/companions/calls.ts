// The calls of a companion: so many at a time, tried again when the API server is busy, and given up when what they
// are about has gone or been changed by somebody else.
import { CallError, type CallErrorKind } from '../../../../shared/call-error.ts'
import type { Clock } from '../../../../shared/ports.ts'

/** A companion's calls. */
export interface Calls {
  /** Makes the call as soon as there is room. Answers whether it took effect; other errors than CallError are thrown. */
  make(call: () => Promise<unknown>): Promise<boolean>
}

const worthAnotherTry = new Set<CallErrorKind>(['rate', 'unavailable', 'unknown-outcome'])

export function calls(options: {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly parallel: number
  readonly attempts?: number
}): Calls {
  const { clock, signal, parallel, attempts = 8 } = options
  const waiting: (() => void)[] = []
  let running = 0

  async function tried(call: () => Promise<unknown>): Promise<boolean> {
    for (let attempt = 1; !signal.aborted; attempt++) {
      try {
        await call()
        return true
      } catch (error) {
        if (!(error instanceof CallError)) throw error
        if (!worthAnotherTry.has(error.kind) || attempt >= attempts) return false
        const backOff = Math.min(5000, 20 * 2 ** attempt) * (0.5 + clock.random() / 2)
        await clock.sleep(Math.max(error.retryAfterMs ?? 0, backOff), signal).catch(() => {})
      }
    }
    return false
  }

  return {
    async make(call) {
      if (running >= parallel) await new Promise<void>((resolve) => waiting.push(resolve))
      else running++
      try {
        return await tried(call)
      } finally {
        // A place is handed on, not given back and taken again.
        const next = waiting.shift()
        if (next) next()
        else running--
      }
    },
  }
}
