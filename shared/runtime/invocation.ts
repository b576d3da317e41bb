// One invocation of a function: its ports are counted, and stop answering when its time is up, so that what is cut off does
// no more than a call that was already under way.
import { CallError } from '../call-error.ts'
import type { Clock, World } from '../ports.ts'
import { aroundWorld, type Hook } from '../around.ts'
import { countedStore } from './counted-store.ts'
import type { Counts } from './counts.ts'
import { orPark } from './park.ts'
import { withTimeLimit } from '../time-limit.ts'

/** Rejects with `closed` once `timeoutMs` have passed; the handler's later calls are refused too. */
export async function invoke<Event>(
  world: World,
  handle: (world: World, event: Event) => Promise<void>,
  event: Event,
  limits: { readonly timeoutMs: number; readonly counts: Counts },
): Promise<void> {
  const { timeoutMs, counts } = limits
  const startedAt = world.clock.now()
  const until = startedAt + timeoutMs
  const late = (): never => {
    throw new CallError('closed', `the invocation did not end within ${timeoutMs} ms`)
  }
  counts.invocations++
  try {
    const bound = boundWorld(world, until, counts)
    // Parked, the event is done with: another delivery would meet the same document.
    const handled = orPark(bound, () => handle(bound, event))
    await withTimeLimit(world.clock, timeoutMs, handled, late)
  } finally {
    counts.billedMs += billed(world.clock.now() - startedAt)
  }
}

/** Cloud Run bills each request in whole steps, one at least. */
const BILLING_STEP = 100
const billed = (ms: number): number => Math.max(1, Math.ceil(ms / BILLING_STEP)) * BILLING_STEP

/** What Pub/Sub bills of a message: sent and, once, received, each a kilobyte at least. */
function billedBytes([, message]: readonly unknown[]): number {
  return 2 * Math.max(1000, Buffer.byteLength(JSON.stringify(message ?? '')))
}

function boundWorld(world: World, until: number, counts: Counts): World {
  const hook = boundary(world.clock, until, counts)
  return aroundWorld({ ...world, store: countedStore(world.store, counts) }, hook)
}

function boundary(clock: Clock, until: number, counts: Counts): Hook {
  return async (call, proceed) => {
    if (clock.now() >= until) {
      throw new CallError('closed', `${call.port}.${call.method}: the invocation's time is up`)
    }
    if (call.port === 'gke') counts.gkeCalls++
    if (call.port === 'network') counts.networkCalls++
    if (call.port === 'kubernetes') counts.kubernetesCalls++
    if (call.port === 'bus' && call.method === 'publish') {
      counts.pubsubMessages++
      counts.pubsubBytes += billedBytes(call.args)
    }
    return await proceed()
  }
}
