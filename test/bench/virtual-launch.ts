// A workspace in one process on a virtual clock, and the operations that a piece of work takes in it: exact, and the same on
// every machine.
import { profile } from '../../infra/local/profile.ts'
import { type Counts, countsSince } from '../../shared/runtime/counts.ts'
import { hours } from '../../shared/domain/time.ts'
import { CLUSTER, event, type Loop, startLoop, WORKSPACE } from '../loop/fixture.ts'
import { end } from '../loop/whole.ts'
import type { DeliveryChain } from './delivery-chain.ts'

export interface Worked {
  readonly counts: Counts
  /** Virtual milliseconds. */
  readonly tookMs: number
}

const SPEED = 20

/** `data`: fields of the workspace's request. `speed`: of the cloud. `chain`: follows the deliveries. */
export async function openVirtual(
  data: Record<string, unknown> = {},
  { speed = SPEED, chain }: { readonly speed?: number; readonly chain?: DeliveryChain } = {},
): Promise<Loop> {
  let draws = 0
  const random = (): number => ((draws++ * 3) % 10) / 10
  const loop = await startLoop({ profile: profile({ speed, random }), ...chain?.options })
  chain?.follow(loop.stack)
  await loop.stack.publish('workspace-requested', event('workspace-requested', 'w', data))
  await loop.reach(WORKSPACE, 'RUNNING')
  return loop
}

/** What is counted from before until after. */
export async function counted(loop: Loop, work: () => Promise<void>): Promise<Worked> {
  const before = await loop.stack.counts()
  const began = loop.clock.now()
  await work()
  const counts = countsSince(before, await loop.stack.counts())
  return { counts, tookMs: loop.clock.now() - began }
}

/** Launches the sample's cluster with so many executors; it is not ended for idleness. */
export async function launchVirtual(loop: Loop, count: number): Promise<Worked> {
  const executors = { count, machineType: 'n2-standard-8' }
  const id = `launch-${loop.clock.now()}`
  return counted(loop, async () => {
    const data = { executors, autoterminationMinutes: 0 }
    await loop.stack.publish('cluster-requested', event('cluster-requested', id, data))
    await loop.reach(CLUSTER, 'RUNNING')
  })
}

/** Waits until the workspace, which has no clusters, hibernates, and an hour longer. */
export async function hibernate(loop: Loop): Promise<void> {
  const isAsleep = async (): Promise<boolean> => {
    const workspace = await loop.entity(WORKSPACE)
    const isRunning = workspace?.kind === 'workspace' && workspace.state === 'RUNNING'
    return isRunning && workspace.hibernation === 'HIBERNATED'
  }
  await loop.clock.until('hibernation', isAsleep, hours(100))
  await loop.clock.advance(hours(1))
}

export async function endCluster(loop: Loop): Promise<void> {
  await end(loop, CLUSTER)
  await loop.reach(CLUSTER, 'TERMINATED')
}
