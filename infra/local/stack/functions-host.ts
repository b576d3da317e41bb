// Calls functions as Pub/Sub and Eventarc do: at least once, each delivery an invocation of its own, again with back-off
// when it fails. In process: the handlers of this very source.
import { type FunctionName, type FunctionRow, manifest } from '../../../functions/manifest.ts'
import type { World } from '../../../shared/ports.ts'
import { type Counts, noCounts } from '../../../shared/runtime/counts.ts'
import { textOf } from '../../../shared/runtime/failures.ts'
import { invoke } from '../../../shared/runtime/invocation.ts'
import { backOff, seconds } from '../../../shared/domain/time.ts'
import type { PushedMessage } from '../bus/push-subscription.ts'
import type { EngineClock } from '../clock.ts'
import { callHandlers, documentHandlers, messageHandlers } from './handlers.ts'

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
}

const names = Object.keys(manifest) as FunctionName[]
const rows: Readonly<Record<FunctionName, FunctionRow>> = manifest

/** Eventarc gives up after a day. */
const RETENTION = seconds(24 * 60 * 60)

function patternOf(pattern: string): RegExp {
  return new RegExp(`^${pattern.replaceAll('*', '[^/]+')}$`)
}

const watched = names.flatMap((name) => {
  const { on } = rows[name]
  return on.is === 'created' ? on.documents.map((text) => ({ name, pattern: patternOf(text) })) : []
})

export function functionsHost(
  clock: EngineClock,
  world: World,
  knobs: HostKnobs = {},
): FunctionsHost {
  const counts = noCounts()
  let stopped = false

  const limitsOf = (name: FunctionName) => ({ timeoutMs: seconds(rows[name].timeoutS), counts })

  async function wake(name: FunctionName, path: string): Promise<void> {
    const handle = documentHandlers[name]
    if (!handle) throw new Error(`function "${name}" does not take documents`)
    counts.deliveries++
    await invoke(world, handle, { path }, limitsOf(name))
  }

  function attempt(name: FunctionName, path: string, since: number, tries: number): void {
    if (stopped) return
    const { minS, maxS } = rows[name].retry
    wake(name, path).catch((error: unknown) => {
      world.log('ERROR', 'function failed', { function: name, path, error: textOf(error) })
      if (clock.now() - since > RETENTION) return
      const wait = backOff(tries, seconds(minS), seconds(maxS))
      clock.after(wait, () => attempt(name, path, since, tries + 1))
    })
  }

  return {
    counts,
    async deliver(name, message) {
      if (stopped) throw new Error('the functions have stopped')
      const known = names.find((each) => each === name)
      const handle = known && messageHandlers[known]
      if (!handle) throw new Error(`no function "${name}" takes messages`)
      const { topic, messageId: id, data } = message
      counts.deliveries++
      try {
        await invoke(world, handle, { topic, message: { id, data } }, limitsOf(known))
      } catch (error) {
        world.log('ERROR', 'function failed', { function: name, topic, error: textOf(error) })
        throw error
      }
    },
    created(path) {
      for (const { name, pattern } of watched) {
        if (!pattern.test(path) || knobs.drop?.(name)) continue
        const copies = 1 + (knobs.duplicate?.() ?? 0)
        for (let copy = 0; copy < copies; copy++) {
          clock.after(knobs.delayMs?.() ?? 0, () => attempt(name, path, clock.now(), 0))
        }
      }
    },
    async call(name, body) {
      const handle = callHandlers[name]
      if (!handle) throw new Error(`function "${name}" is not called by people`)
      await invoke(world, handle, { body }, limitsOf(name))
    },
    stop() {
      stopped = true
    },
  }
}
