// A whole life with every hint lost, and with everything doubled and out of order: only latency changes.
import { expect, it } from 'vitest'
import { seededRandom } from '../../infra/local/clock.ts'
import type { InProcessOptions } from '../../infra/local/stack/in-process.ts'
import { CLUSTER, event, WORKSPACE } from './fixture.ts'
import { ask, startRunning } from './lifecycle.ts'
import { heldBy, inCloud, inKubernetes } from './whole.ts'

const isRequest = (name: string): boolean => name.endsWith('-requested')
const lost: Partial<InProcessOptions> = {
  busKnobs: { drop: (name) => !isRequest(name) && name !== 'sweep' },
  hostKnobs: { drop: () => true },
}

function disturbed(seed: number): Partial<InProcessOptions> {
  const random = seededRandom(seed)
  const knobs = { duplicate: () => 1, delayMs: () => random() * 3000 }
  return { busKnobs: knobs, hostKnobs: knobs }
}

it.each<[string, Partial<InProcessOptions>]>([
  ['every hint lost', lost],
  ['everything doubled and out of order (seed 1)', disturbed(1)],
  ['everything doubled and out of order (seed 2)', disturbed(2)],
  ['everything doubled and out of order (seed 3)', disturbed(3)],
])('%s', async (_, options) => {
  const loop = await startRunning(10, options)
  const pods = (): string[] => inKubernetes(loop).filter((name) => name.includes('/'))
  const running = async (executors: number, generation: number): Promise<void> => {
    const is = async (): Promise<boolean> => {
      const cluster = await loop.cluster()
      const isWhole = cluster.state === 'RUNNING' && cluster.executors.ready === executors
      return isWhole && cluster.generation === generation && !cluster.reason
    }
    await loop.clock.until(`running with ${executors}`, is, 60 * 60_000)
    // What is not wanted has gone, or goes within a sweep.
    await loop.clock.until('whole', async () => pods().length === executors + 1, 5 * 60_000)
  }
  await ask(loop, 'up', { action: 'resize', executors: { count: 60 } })
  await running(60, 2)
  await ask(loop, 'down', { action: 'resize', executors: { count: 20 } })
  await running(20, 3)
  await ask(loop, 'again', { action: 'restart' })
  await running(20, 4)
  await ask(loop, 'end', { action: 'terminate' })
  await loop.reach(CLUSTER, 'TERMINATED')
  expect(pods()).toEqual([])
  await ask(loop, 'start', { action: 'start' })
  await running(20, 6)
  await ask(loop, 'delete', { action: 'delete' })
  await loop.clock.until('gone', async () => !(await loop.entity(CLUSTER)), 60 * 60_000)
  const change = { action: 'delete', force: false }
  const remove = event('workspace-change-requested', 'w-end', { change })
  await loop.stack.publish('workspace-change-requested', remove)
  await loop.reach(WORKSPACE, 'NOT_PROVISIONED', 3 * 60 * 60_000)
  expect(inCloud(loop, true)).toEqual([])
  expect(heldBy(loop, WORKSPACE)).toEqual([])
  await loop.stop()
})
