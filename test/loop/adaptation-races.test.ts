// What a launch changes by itself (adaptation) against what others want of its cluster and its workspace meanwhile.
import { afterEach, beforeEach, expect, it } from 'vitest'
import { advance } from '../../shared/runtime/advance.ts'
import { changeCluster, deleteWorkspace } from '../protocol/changes.ts'
import { gate } from '../protocol/gate.ts'
import { CLUSTER, event, type Loop, startLoop, WORKSPACE } from './fixture.ts'
import { ask } from './lifecycle.ts'
import { inKubernetes } from './whole.ts'

let loop: Loop
let isDeaf = false
afterEach(() => loop.stop())
beforeEach(async () => {
  isDeaf = false
  const drop = (): boolean => isDeaf
  loop = await startLoop({ busKnobs: { drop }, hostKnobs: { drop } })
  await loop.stack.publish('workspace-requested', event('workspace-requested', 'w-1'))
  await loop.reach(WORKSPACE, 'RUNNING')
})

const zones = ['europe-west4-a', 'europe-west4-b', 'europe-west4-c']
const MINUTE = 60_000

async function launchWithout(spot: boolean, executors: Record<string, unknown>): Promise<void> {
  const machineType = 'n2-standard-8'
  for (const zone of zones) await loop.stack.faults.set('stock-out', { zone, machineType, spot })
  const data = { zone: 'HA', executors: { machineType, spot, ...executors } }
  await loop.stack.publish('cluster-requested', event('cluster-requested', 'c-1', data))
}

/** The work of this process alone, while nothing reaches any other. */
async function run<T>(work: Promise<T>): Promise<T> {
  let isOver = false
  const over = (): void => {
    isOver = true
  }
  work.then(over, over)
  await loop.clock.until('the work', () => isOver, 20 * MINUTE)
  return work
}

const here = () => ({ world: loop.stack.world, gate: gate() })

/** The launch is ripe to be changed, and nobody has looked at it since. */
async function ripen(): Promise<void> {
  const isBlocked = async (): Promise<boolean> => {
    const cluster = await loop.entity(CLUSTER)
    return cluster?.state === 'PENDING' && cluster.reason !== undefined
  }
  await loop.clock.until('blocked', isBlocked, 4 * MINUTE)
  isDeaf = true
  await loop.clock.advance(3 * MINUTE)
  expect(await loop.cluster()).toMatchObject({ generation: 1, state: 'PENDING' })
}

it('the workspace goes: the launch is not begun again, and a look at it ends quietly', async () => {
  await launchWithout(true, { count: 4, spotFallback: true })
  await ripen()
  await run(deleteWorkspace(here(), 'w-end', true))
  await run(advance(loop.stack.world, CLUSTER))
  expect(await loop.cluster()).toMatchObject({ generation: 1 })
  isDeaf = false
  await loop.reach(WORKSPACE, 'NOT_PROVISIONED', 3 * 60 * MINUTE)
  expect(inKubernetes(loop)).toEqual([])
})

it('the user ends it at the same moment: it ends, whoever was first', async () => {
  await launchWithout(true, { count: 4, spotFallback: true })
  await ripen()
  await run(
    Promise.all([
      advance(loop.stack.world, CLUSTER),
      changeCluster(here(), 'end', { action: 'terminate' }),
    ]),
  )
  isDeaf = false
  await loop.reach(CLUSTER, 'TERMINATED')
  expect(inKubernetes(loop)).toEqual([])
})

it('a resize of a launch that fell back takes the machines that it fell back to, and makes no others wanted', async () => {
  await launchWithout(true, { count: 4, spotFallback: true })
  await loop.reach(CLUSTER, 'RUNNING')
  const pools = () => loop.stack.store.list(`${WORKSPACE}/pools`)
  const spot = (await pools()).find(({ path }) => path.endsWith('-spot'))
  if (!spot) throw new Error('there is no pool of spot machines')
  // As if it had been retired, which nothing keeps it from.
  await loop.stack.store.commit([
    { op: 'update', from: spot, data: { ...spot.data, want: 'marked' } },
  ])
  await ask(loop, 'more', { action: 'resize', executors: { count: 8 } })
  await loop.clock.until(
    'whole',
    async () => {
      const cluster = await loop.cluster()
      return cluster.state === 'RUNNING' && cluster.executors.ready === 8
    },
    20 * MINUTE,
  )
  expect((await loop.stack.store.get(spot.path))?.data).toMatchObject({ want: 'marked' })
})
