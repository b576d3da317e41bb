// What a launch costs in documents written, from its request to RUNNING: at most 40, and 4 for each batch of executors.
// Counted as Firestore bills them; refused commits are counted apart, and are few.
import { describe, expect, it } from 'vitest'
import { profile } from '../../infra/local/profile.ts'
import { seconds } from '../../shared/domain/time.ts'
import { CLUSTER, event, type Loop, startLoop, WORKSPACE } from './fixture.ts'
import { askForWorkspace } from './whole.ts'

const POD_BATCH = 50
const bound = (executors: number): number => 40 + 4 * Math.ceil(executors / POD_BATCH)

interface Cost {
  readonly writes: number
  /** The sweep's, that put off the alarms of runs which are still under way: one a minute for each. */
  readonly alarms: number
  readonly refused: number
}

async function startWorkspace(speed: number, seed: number): Promise<Loop> {
  let draws = 0
  // Boots and pulls of different lengths.
  const random = (): number => ((seed * 7 + draws++ * 3) % 10) / 10
  const loop = await startLoop({ profile: profile({ speed, random }) }, seed)
  await askForWorkspace(loop)
  await loop.reach(WORKSPACE, 'RUNNING')
  await loop.clock.advance(seconds(30))
  return loop
}

async function costOf(loop: Loop, cluster: string, count: number): Promise<Cost> {
  const { store, host } = loop.stack
  let alarms = 0
  let isCounting = true
  store.onWritten(({ type, path, data }) => {
    const isAlarm = type === 'updated' && path.includes('/runs/') && Number(data?.['tries']) > 0
    if (isCounting && isAlarm) alarms++
  })
  const before = { ...host.counts }
  const executors = { count, machineType: 'n2-standard-8' }
  const asked = event('cluster-requested', `c-${cluster}`, { cluster, executors })
  await loop.stack.publish('cluster-requested', asked)
  await loop.reach(CLUSTER.replace('etl', cluster), 'RUNNING')
  isCounting = false
  const writes = host.counts.firestoreWrites - before.firestoreWrites
  return { writes, alarms, refused: host.counts.refusedWrites - before.refusedWrites }
}

describe('committed writes of a launch', () => {
  it.each([
    { executors: 1, speed: 20 },
    { executors: 100, speed: 20 },
    { executors: 1, speed: 4 },
    { executors: 100, speed: 4 },
  ])(
    '$executors executors, cloud at speed $speed: within the bound, with new pools and with old',
    async ({ executors, speed }) => {
      const loop = await startWorkspace(speed, executors)
      const cold = await costOf(loop, 'cold', executors)
      expect(cold.writes).toBeLessThanOrEqual(bound(executors))
      const warm = await costOf(loop, 'warm', executors)
      expect(warm.writes).toBeLessThanOrEqual(bound(executors) - 15)
      expect(Math.max(cold.refused, warm.refused)).toBeLessThanOrEqual(5)
      await loop.stop()
    },
  )

  it('1000 executors with new pools: within the bound', async () => {
    const loop = await startWorkspace(20, 1)
    expect((await costOf(loop, 'cold', 1000)).writes).toBeLessThanOrEqual(bound(1000))
    await loop.stop()
  })

  it('where the cloud takes its own time there are the alarms besides: one a minute for each run under way', async () => {
    const loop = await startWorkspace(1, 1)
    const begun = loop.clock.now()
    const { writes, alarms } = await costOf(loop, 'cold', 100)
    const ticks = Math.ceil((loop.clock.now() - begun) / seconds(60))
    const runs = 3
    expect(alarms).toBeLessThanOrEqual(runs * ticks)
    expect(writes - alarms).toBeLessThanOrEqual(bound(100))
    await loop.stop()
  })
})
