// What happens to the call that is struck.
import { CallError } from '../../shared/call-error.ts'
import type { Clock } from '../../shared/ports.ts'
import type { Call } from '../../shared/around.ts'
import { isMutation } from '../../shared/runtime/call-limits.ts'
import type { Mode } from './mode.ts'
import type { Process } from './process.ts'

export interface Struck {
  readonly call: Call
  readonly proceed: () => Promise<unknown>
  readonly process: Process
  /** The world's, which goes on whatever a process does. */
  readonly clock: Clock
  /** Milliseconds that it hangs. */
  readonly hang: number
}

export async function strike(mode: Mode, struck: Struck): Promise<unknown> {
  const { call, proceed, process, clock, hang } = struck
  const what = `${call.port}.${call.method}: struck on purpose`
  switch (mode) {
    case 'before':
      throw new CallError('unavailable', what)
    case 'after':
      await proceed()
      throw new CallError('unknown-outcome', what)
    case 'died':
      await proceed().catch(() => undefined)
      process.die()
      return undefined
    case 'late':
      await clock.sleep(hang)
      return proceed()
    case 'hung':
      return hung(struck)
    case 'twice':
      await proceed().catch(() => undefined)
      return proceed()
  }
}

/** A change takes effect when it goes on; what was read is old by then. */
async function hung({ call, proceed, process, clock, hang }: Struck): Promise<unknown> {
  const goOn = process.standStill()
  const seen = isMutation(call.method) ? undefined : proceed()
  seen?.catch(() => undefined)
  await clock.sleep(hang)
  const answer = seen ?? proceed()
  goOn()
  return answer
}
