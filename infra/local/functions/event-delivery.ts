// Delivers document events as Eventarc does: in parallel, again with back-off until acknowledged, for a day. The emulator
// sends each event once, one at a time; the engine of the store tells of it and no more.
import { backOff, seconds } from '../../../shared/domain/time.ts'
import type { Clock, Log } from '../../../shared/ports.ts'
import { textOf } from '../../../shared/runtime/failures.ts'
import type { CallFunction, FunctionRequest } from './function-call.ts'

/** How Eventarc delivers; milliseconds. */
export interface EventPolicy {
  readonly minBackoffMs: number
  readonly maxBackoffMs: number
}

export interface EventDelivery<Name, Event> {
  /** Delivers until the function of this name has acknowledged; never throws. */
  take(name: Name, event: Event): void
  /** Nothing is delivered again. */
  stop(): void
}

/** Eventarc gives up after a day. */
const RETENTION = seconds(24 * 60 * 60)

/** A delivery over HTTP: what is not 2xx is not acknowledged. */
export function overHttp(
  call: CallFunction,
): (name: string, event: FunctionRequest) => Promise<void> {
  return async (name, event) => {
    const { status } = await call(name, event)
    if (status < 200 || status > 299) throw new Error(`answered ${status}`)
  }
}

/** `deliver`: resolving acknowledges. */
export function eventDelivery<Name extends string, Event>(
  clock: Clock,
  deliver: (name: Name, event: Event) => Promise<void>,
  policyOf: (name: string) => EventPolicy,
  log: Log,
): EventDelivery<Name, Event> {
  let stopped = false

  async function attempt(name: Name, event: Event, since: number, tries: number): Promise<void> {
    if (stopped) return
    try {
      await deliver(name, event)
    } catch (error) {
      if (stopped || clock.now() - since > RETENTION) return
      const { minBackoffMs, maxBackoffMs } = policyOf(name)
      const waitMs = backOff(tries, minBackoffMs, maxBackoffMs)
      const fields = { function: name, tries: tries + 1, waitMs, error: textOf(error) }
      log('WARNING', 'event not acknowledged', fields)
      clock.after(waitMs, () => void attempt(name, event, since, tries + 1))
    }
  }

  return {
    take: (name, event) => void attempt(name, event, clock.now(), 0),
    stop() {
      stopped = true
    },
  }
}
