// What tests of pre-flight have in common: a workspace that lives, and messages about one cluster in one zone.
import { event, startLoop, WORKSPACE } from '../loop/fixture.ts'
import { type Inbox, openInbox } from './inbox.ts'

export const ZONE = 'europe-west4-b'

let serial = 0
export const id = (): string => `pre-flight-${++serial}`

/** The sample wants 10 executors of 8 CPUs and a driver of 4. */
export const cluster = (data: Record<string, unknown> = {}): string =>
  event('cluster-requested', id(), { zone: ZONE, ...data })
export const executors = (count: number, more = {}) => ({
  executors: { count, machineType: 'n2-standard-8', spot: false, ...more },
})
export const change = (what: Record<string, unknown>): string =>
  event('cluster-change-requested', id(), { change: what })

/** A workspace that runs, and a sweep that goes on. */
export async function startLively(
  data: Record<string, unknown> = {},
  options: Parameters<typeof startLoop>[0] = {},
): Promise<Inbox> {
  const loop = await startLoop(options)
  await loop.stack.publish('workspace-requested', event('workspace-requested', id(), data))
  await loop.reach(WORKSPACE, 'RUNNING')
  await loop.clock.advance(5000)
  return openInbox(loop)
}
