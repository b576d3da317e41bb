// One trace from a request to all that it causes: W3C trace context, carried in events and attempts, and held in
// OpenTelemetry's active context in between. Who installs an OpenTelemetry SDK gets spans; without one the context flows
// all the same.
import { AsyncLocalStorage } from 'node:async_hooks'
import {
  type Attributes,
  type Context,
  context,
  type ContextManager,
  isSpanContextValid,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'

/** `00-TRACE-SPAN-FLAGS`, of version 0 of the standard. */
const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/
const SAMPLED = '01'

export interface SpanRef {
  readonly traceId: string
  readonly spanId: string
  readonly isSampled: boolean
}

/** The context of a process without an SDK; an SDK that was installed before brings its own. */
function contextManager(): ContextManager {
  const storage = new AsyncLocalStorage<Context>()
  const manager: ContextManager = {
    active: () => storage.getStore() ?? ROOT_CONTEXT,
    with: (active, run, self, ...args) => storage.run(active, () => run.call(self, ...args)),
    bind(active, target) {
      // Other targets need no binding, because asynchronous work keeps its context.
      if (typeof target !== 'function') return target
      const bound = (...args: unknown[]): unknown =>
        storage.run(active, () => Reflect.apply(target, undefined, args) as unknown)
      return bound as typeof target
    },
    enable: () => manager,
    disable: () => manager,
  }
  return manager
}

let isInstalled = false

function install(): void {
  if (isInstalled) return
  isInstalled = true
  context.setGlobalContextManager(contextManager())
}

/** A trace of its own, sampled. `random`: in [0, 1). */
export function newTraceparent(random: () => number): string {
  return `00-${hex(random, 32)}-${hex(random, 16)}-${SAMPLED}`
}

const EIGHT_DIGITS = 2 ** 32

/** `length`: a multiple of eight. */
function hex(random: () => number, length: number): string {
  // The first digit is never 0, because all zeros mean none.
  let digits = Math.floor((1 / 16 + (random() * 15) / 16) * EIGHT_DIGITS).toString(16)
  while (digits.length < length)
    digits += Math.floor(random() * EIGHT_DIGITS)
      .toString(16)
      .padStart(8, '0')
  return digits
}

/** The parts of a traceparent, or undefined when it is not one. */
export function spanOf(traceparent: string | undefined): SpanRef | undefined {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent ?? '') ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 }
}

/** The span that this code runs in, if there is one. */
export function activeSpan(): SpanRef | undefined {
  const active = trace.getSpanContext(context.active())
  if (!active || !isSpanContextValid(active)) return undefined
  const { traceId, spanId, traceFlags } = active
  return { traceId, spanId, isSampled: (traceFlags & 1) === 1 }
}

/** What to hand on with what this code begins; empty outside any trace. */
export function activeTrace(): { readonly traceparent?: string } {
  const span = activeSpan()
  if (!span) return {}
  const { traceId, spanId, isSampled } = span
  return { traceparent: `00-${traceId}-${spanId}-${isSampled ? SAMPLED : '00'}` }
}

/** Runs within a span of its own, in this trace; in the one it is in already when there is none, or none that can be read. */
export async function inTrace<T>(
  traceparent: string | undefined,
  name: string,
  attributes: Attributes,
  run: () => Promise<T>,
): Promise<T> {
  const parent = spanOf(traceparent)
  if (!parent) return run()
  install()
  const { traceId, spanId, isSampled } = parent
  const remote = { traceId, spanId, traceFlags: isSampled ? 1 : 0, isRemote: true }
  const outer = trace.setSpanContext(context.active(), remote)
  const options = { kind: SpanKind.CONSUMER, attributes }
  return trace.getTracer('kindling').startActiveSpan(name, options, outer, async (span) => {
    try {
      return await run()
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR })
      throw error
    } finally {
      span.end()
    }
  })
}
