// A node pool of GKE has 1,000 nodes in a zone: a shape of which a zone needs more is sharded, beside what runs (rule
// *pool-limits*).
import { expect, it } from 'vitest'
import { minutes } from '../../shared/domain/time.ts'
import { event, type Loop, startLoop, WORKSPACE } from './fixture.ts'
import { inCloud } from './whole.ts'

const POOL = `${WORKSPACE}/pools/n2-standard-4`

/** Driver and executors of one machine, in one zone. */
async function launch({ stack }: Loop, cluster: string, count: number): Promise<void> {
  const machineType = 'n2-standard-4'
  const alike = { driver: { machineType }, executors: { count, machineType } }
  const data = { cluster, ...alike, zone: 'europe-west4-a' }
  await stack.publish('cluster-requested', event('cluster-requested', cluster, data))
}

const nodePools = (loop: Loop): string[] =>
  inCloud(loop).filter((path) => /\/nodePools\/n2-standard-4/.test(path))

it('the thousand-and-first node of a shape in a zone comes from a second node pool', async () => {
  const loop = await startLoop()
  await loop.stack.publish('workspace-requested', event('workspace-requested', 'w-1'))
  await loop.reach(WORKSPACE, 'RUNNING')
  await launch(loop, 'small', 1)
  await loop.reach(`${WORKSPACE}/clusters/small`, 'RUNNING')
  expect(nodePools(loop)).toHaveLength(1)

  await launch(loop, 'large', 999)
  await loop.clock.advance(minutes(1))
  // Who uses the pool goes on meanwhile.
  expect((await loop.entity(POOL))?.state).toBe('RUNNING')
  await loop.reach(`${WORKSPACE}/clusters/large`, 'RUNNING')
  expect(await loop.entity(`${WORKSPACE}/clusters/large`)).toMatchObject({
    executors: { requested: 999, ready: 999 },
  })
  expect((await loop.entity(`${WORKSPACE}/clusters/small`))?.state).toBe('RUNNING')
  expect(await loop.entity(POOL)).toMatchObject({ state: 'RUNNING', shards: 2, generation: 2 })
  expect(nodePools(loop)).toHaveLength(2)

  // What is there does for those that come later.
  await launch(loop, 'late', 1)
  await loop.reach(`${WORKSPACE}/clusters/late`, 'RUNNING')
  expect(nodePools(loop)).toHaveLength(2)
  expect(await loop.entity(POOL)).toMatchObject({ generation: 2 })
  await loop.stop()
}, 60_000)
