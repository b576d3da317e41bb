// A cluster that runs, and requests for it to change: what lifecycle tests share.
import type { InProcessOptions } from '../../infra/local/stack/in-process.ts'
import { CLUSTER, event, type Loop, startLoop, WORKSPACE } from './fixture.ts'

export const change = (id: string, wanted: Record<string, unknown>): string =>
  event('cluster-change-requested', id, { change: wanted })

export async function startRunning(
  count = 10,
  options: Partial<InProcessOptions> = {},
): Promise<Loop> {
  const loop = await startLoop(options)
  await loop.stack.publish('workspace-requested', event('workspace-requested', 'w-1'))
  await loop.reach(WORKSPACE, 'RUNNING')
  const executors = { count, machineType: 'n2-standard-8' }
  await loop.stack.publish('cluster-requested', event('cluster-requested', 'c-1', { executors }))
  await loop.reach(CLUSTER, 'RUNNING')
  return loop
}

/** Publishes a change, and waits until it has an outcome. */
export async function ask(
  loop: Loop,
  id: string,
  wanted: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  await loop.stack.publish('cluster-change-requested', change(id, wanted))
  return outcomeOf(loop, id)
}

export async function outcomeOf(loop: Loop, id: string): Promise<Record<string, unknown>> {
  const find = async () => {
    const requests = await loop.stack.store.list('accounts/acme/requests')
    return requests.find(({ data }) => data['event'] === id)?.data
  }
  await loop.clock.until(`outcome of ${id}`, async () => (await find()) !== undefined, 60_000)
  return { ...(await find()) }
}
