// How long the agent waits for somebody else's answer.
import { CallError } from '../../../shared/call-error.ts'
import type { Clock } from '../../../shared/ports.ts'
import { withTimeLimit } from '../../../shared/time-limit.ts'

/** Throws `unknown-outcome` after `ms`, and whatever the call throws. */
export function within<T>(clock: Clock, ms: number, what: string, call: Promise<T>): Promise<T> {
  return withTimeLimit(clock, ms, call, () => {
    throw new CallError('unknown-outcome', `${what} took longer than ${ms} ms`)
  })
}
