// Calls functions as Pub/Sub and Eventarc do: at least once, each delivery an invocation of its own, again with back-off
// when it fails, in the trace that its event names. In process: the handlers of this very source.
import { deliveryPolicy } from '../../../functions/delivery.ts'
import { type FunctionName, type FunctionRow, manifest } from '../../../functions/manifest.ts'
import type { Clock, World } from '../../../shared/ports.ts'
import { type Counts, noCounts } from '../../../shared/runtime/counts.ts'
import { traceIn, traceOrNew } from '../../../shared/runtime/event-trace.ts'
import { tellDeliveryFailed } from '../../../shared/runtime/dead-letters.ts'
import { textOf } from '../../../shared/runtime/failures.ts'
import { invoke } from '../../../shared/runtime/invocation.ts'
import { inTrace } from '../../../shared/runtime/trace.ts'
import { seconds } from '../../../shared/domain/time.ts'
import type { PushedMessage } from '../bus/push-subscription.ts'
import { eventDelivery } from '../functions/event-delivery.ts'
import { callHandlers, documentHandlers, type Handler, messageHandlers } from './handlers.ts'

export interface FunctionsHost {
  readonly counts: Counts
  /** Resolves when the function has acknowledged. */
  deliver(name: string, message: PushedMessage): Promise<void>
  /** A document was created: wakes the functions whose pattern it matches. */
  created(path: string): void
  call(name: FunctionName, body: unknown): Promise<void>
  /** No function is called any more. */
  stop(): void
}

/** What tests and the simulation may do to deliveries of document events. */
export interface HostKnobs {
  readonly drop?: (name: FunctionName) => boolean
  /** Extra copies of an event. */
  readonly duplicate?: () => number
  /** Milliseconds before a delivery; differing ones change the order. */
  readonly delayMs?: () => number
  /** Told of every message that comes for a function. */
  readonly heard?: (message: PushedMessage) => void
  /** Runs one invocation in a process of its own making: with a world of its own, or not to its end. */
  readonly process?: (name: FunctionName, run: (world: World) => Promise<void>) => Promise<void>
}

const names = Object.keys(manifest) as FunctionName[]
const rows: Readonly<Record<FunctionName, FunctionRow>> = manifest

function patternOf(pattern: string): RegExp {
  return new RegExp(`^${pattern.replaceAll('*', '[^/]+')}$`)
}

const watched = names.flatMap((name) => {
  const { on } = rows[name]
  return on.is === 'created' ? on.documents.map((text) => ({ name, pattern: patternOf(text) })) : []
})

export function functionsHost(clock: Clock, world: World, knobs: HostKnobs = {}): FunctionsHost {
  const counts = noCounts()
  let stopped = false

  function run<Event>(
    name: FunctionName,
    handle: Handler<Event>,
    event: Event,
    traceparent?: string,
  ): Promise<void> {
    const limits = { timeoutMs: seconds(rows[name].timeoutS), counts }
    const runIn = (own: World): Promise<void> => invoke(own, handle, event, limits)
    return inTrace(traceOrNew(clock, traceparent), name, {}, () =>
      knobs.process ? knobs.process(name, runIn) : runIn(world),
    )
  }

  /** Counted, and logged when it fails. */
  async function delivered(
    about: { readonly function: FunctionName; readonly path?: string; readonly topic?: string },
    running: () => Promise<void>,
  ): Promise<void> {
    counts.deliveries++
    try {
      await running()
    } catch (error) {
      world.log('ERROR', 'function failed', { ...about, error: textOf(error) })
      throw error
    }
  }

  async function wake(name: FunctionName, path: string): Promise<void> {
    const handle = documentHandlers[name]
    if (!handle) throw new Error(`function "${name}" does not take documents`)
    await delivered({ function: name, path }, () => run(name, handle, { path }))
  }

  // A failure is logged by its delivery.
  const events = eventDelivery(clock, wake, deliveryPolicy, () => undefined)

  return {
    counts,
    async deliver(name, message) {
      if (stopped) throw new Error('the functions have stopped')
      knobs.heard?.(message)
      const known = names.find((each) => each === name)
      const handle = known && messageHandlers[known]
      if (!handle) throw new Error(`no function "${name}" takes messages`)
      const { topic, messageId: id, data, attributes } = message
      const event = { topic, message: { id, data, attributes } }
      try {
        await delivered({ function: known, topic }, () => run(known, handle, event, traceIn(data)))
      } catch (error) {
        await tellDeliveryFailed(world, name, data, error)
        throw error
      }
    },
    created(path) {
      for (const { name, pattern } of watched) {
        if (!pattern.test(path) || knobs.drop?.(name)) continue
        const copies = 1 + (knobs.duplicate?.() ?? 0)
        for (let copy = 0; copy < copies; copy++) {
          clock.after(knobs.delayMs?.() ?? 0, () => events.take(name, path))
        }
      }
    },
    async call(name, body) {
      const handle = callHandlers[name]
      if (!handle) throw new Error(`function "${name}" is not called by people`)
      await run(name, handle, { body })
    },
    stop() {
      stopped = true
      events.stop()
    },
  }
}
