// The trace that an invocation of a function belongs to: the one that its event names, or one of its own.
import { z } from 'zod'
import type { Clock } from '../ports.ts'
import { newTraceparent, spanOf } from './trace.ts'

const Traced = z.object({ traceparent: z.string() })

/** What a sender has put into an event's envelope, whatever it is; undefined when that is nothing. */
export function traceIn(event: string): string | undefined {
  if (!event.includes('"traceparent"')) return undefined
  try {
    return Traced.safeParse(JSON.parse(event)).data?.traceparent
  } catch {
    return undefined
  }
}

/** This one, or a new one where there is none, or none that can be read. */
export function traceOrNew(clock: Clock, traceparent?: string): string {
  const isOne = traceparent !== undefined && spanOf(traceparent) !== undefined
  return isOne ? traceparent : newTraceparent(() => clock.random())
}
