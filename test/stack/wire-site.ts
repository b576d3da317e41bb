// A stack on the wire for one test file, and what its tests do with it.
import { realClock, type RealClock } from '../../infra/local/clock.ts'
import type { Stack } from '../../infra/local/stack/stack.ts'
import { startWire, type WireOptions } from '../../infra/local/stack/wire.ts'
import type { WireStack } from '../../infra/local/stack/wire-stack.ts'
import { Entity } from '../../shared/domain/entity.ts'
import { CLUSTER, event } from '../loop/fixture.ts'
import { HASTE } from './hasty-times.ts'
import { isSettled } from './remains.ts'

export interface WireSite {
  readonly clock: RealClock
  readonly stack: WireStack
  entity(path: string): Promise<Entity | undefined>
  /** Looks until there is an answer; fails after `limitMs`, or when the stack breaks. */
  until<T>(what: string, look: () => Promise<T | undefined>, limitMs?: number): Promise<T>
  /** Until the entity has the state. */
  reach(path: string, state: string, limitMs?: number): Promise<void>
  /** Until the sample's cluster runs with so many executors. */
  allReady(executors: number, limitMs?: number): Promise<void>
  /** Until every request has been reached, and nothing is open or untold. */
  settled(limitMs?: number): Promise<void>
  /** From now on Cloud Scheduler's minute is shorter too, as much as the times of hasty functions are. */
  tickInHaste(): void
  stop(): Promise<void>
}

const LOOK_MS = 50
const LIMIT_MS = 60_000
const HASTY_TICK_MS = 60_000 / HASTE

export async function openWireSite(options: Omit<WireOptions, 'clock'>): Promise<WireSite> {
  const clock = realClock()
  const stack = await startWire({ clock, ...options })
  const stopped = new AbortController()
  const tick = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(HASTY_TICK_MS, stopped.signal)
      // One that the bus does not take is missed, as Cloud Scheduler's may be.
      await stack.publish('sweep', '{}').catch(() => undefined)
    }
  }
  const entity = async (path: string): Promise<Entity | undefined> => {
    const document = await stack.reader.get(path)
    return document && Entity.parse(document.data)
  }
  const until: WireSite['until'] = async (what, look, limitMs = LIMIT_MS) => {
    const limit = clock.now() + limitMs
    for (;;) {
      const found = await look()
      if (found !== undefined) return found
      stack.broken.throwIfAborted()
      if (clock.now() > limit) throw new Error(`${what}: not within ${limitMs} ms`)
      await clock.sleep(LOOK_MS)
    }
  }
  return {
    clock,
    stack,
    entity,
    until,
    async reach(path, state, limitMs) {
      const has = async () => ((await entity(path))?.state === state ? true : undefined)
      await until(`${path} ${state}`, has, limitMs)
    },
    async allReady(executors, limitMs) {
      const isWhole = async () => {
        const found = await entity(CLUSTER)
        const isRunning = found?.kind === 'cluster' && found.state === 'RUNNING'
        return isRunning && found.executors.ready === executors ? true : undefined
      }
      await until(`${executors} executors`, isWhole, limitMs)
    },
    async settled(limitMs) {
      await until('settled', async () => (await isSettled(stack)) || undefined, limitMs)
    },
    tickInHaste: () => void tick().catch(() => undefined),
    async stop() {
      stopped.abort(new Error('the site is closed'))
      await stack.stop()
      clock.stop()
    },
  }
}

/** Publishes the sample request of a workspace, or of a cluster in it with so many executors. */
export async function ask(
  stack: Stack,
  what: 'workspace' | 'cluster',
  count: number,
): Promise<void> {
  const executors = { count, machineType: 'n2-standard-8' }
  const topic = `${what}-requested`
  await stack.publish(topic, event(topic, `${what}-1`, what === 'cluster' ? { executors } : {}))
}
