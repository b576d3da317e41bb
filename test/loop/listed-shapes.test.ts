// Rule *pool-limits*: the shapes that a workspace lists are empty pools before anybody asks for them.
import { describe, expect, it } from 'vitest'
import { minutes } from '../../shared/domain/time.ts'
import { isMutation } from '../../shared/runtime/call-limits.ts'
import { aroundWorld } from '../../shared/around.ts'
import { CLUSTER, event, type Loop, startLoop, WORKSPACE } from './fixture.ts'
import { end, heldBy, inCloud } from './whole.ts'

/** Those of the sample cluster. */
const shapes = [{ machineType: 'n2-standard-4' }, { machineType: 'n2-standard-8' }]
const POOLS = ['n2-standard-4', 'n2-standard-8'].map((pool) => `${WORKSPACE}/pools/${pool}`)

interface Counted {
  readonly loop: Loop
  /** Calls that make an operation of GKE, since it was emptied. */
  readonly operations: string[]
}

async function start(): Promise<Counted> {
  const operations: string[] = []
  const loop = await startLoop({
    wrapWorld: (world) =>
      aroundWorld(world, async ({ port, method }, proceed) => {
        if (port === 'gke' && isMutation(method)) operations.push(method)
        return proceed()
      }),
  })
  return { loop, operations }
}

async function workspace({ loop }: Counted, data: Record<string, unknown>): Promise<void> {
  await loop.stack.publish('workspace-requested', event('workspace-requested', 'w-1', data))
  await loop.reach(WORKSPACE, 'RUNNING')
}

async function cluster({ loop }: Counted, id: string, data = {}): Promise<void> {
  await loop.stack.publish('cluster-requested', event('cluster-requested', id, data))
}

const stateOf = async ({ loop }: Counted, path: string) => (await loop.entity(path))?.state

describe('a launch', () => {
  it('into listed shapes makes no operation of GKE at all', async () => {
    const counted = await start()
    const { loop, operations } = counted
    await workspace(counted, { shapes })
    for (const pool of POOLS) await loop.reach(pool, 'RUNNING')
    operations.length = 0
    await cluster(counted, 'c-1')
    await loop.reach(CLUSTER, 'RUNNING')
    process.stdout.write(`a launch into listed shapes: ${operations.length} operations of GKE\n`)
    expect(operations).toEqual([])
    await loop.stop()
  })

  it('into shapes that are not listed makes one operation for each', async () => {
    const counted = await start()
    const { loop, operations } = counted
    await workspace(counted, {})
    operations.length = 0
    await cluster(counted, 'c-1')
    await loop.reach(CLUSTER, 'RUNNING')
    expect(operations).toEqual(['createNodePool', 'createNodePool'])
    await loop.stop()
  })

  it('that comes before its listed pools are there waits for them, and makes none of its own', async () => {
    const counted = await start()
    const { loop, operations } = counted
    await workspace(counted, { shapes })
    await cluster(counted, 'c-1')
    await loop.reach(CLUSTER, 'RUNNING')
    expect(operations).toEqual(['createCluster', 'createNodePool', 'createNodePool'])
    await loop.stop()
  })

  it('of two clusters of one shape makes one pool', async () => {
    const counted = await start()
    const { loop, operations } = counted
    await workspace(counted, {})
    operations.length = 0
    const alike = { driver: { machineType: 'n2-standard-8' } }
    await Promise.all([
      cluster(counted, 'c-1', alike),
      cluster(counted, 'c-2', { ...alike, cluster: 'other' }),
    ])
    await loop.reach(CLUSTER, 'RUNNING')
    await loop.reach(`${WORKSPACE}/clusters/other`, 'RUNNING')
    process.stdout.write(`two clusters of one shape: ${operations.length} pool made\n`)
    expect(operations).toEqual(['createNodePool'])
    expect(inCloud(loop).filter((path) => path.includes('/nodePools/'))).toHaveLength(2)
    await loop.stop()
  })
})

describe('a workspace with listed shapes', () => {
  it('runs before their pools do', async () => {
    const counted = await start()
    await workspace(counted, { shapes })
    expect(await stateOf(counted, WORKSPACE)).toBe('RUNNING')
    for (const pool of POOLS) expect(await stateOf(counted, pool)).toBe('PROVISIONING')
    await counted.loop.stop()
  })

  it('lists them no more once it is gone', async () => {
    const counted = await start()
    const { loop } = counted
    await workspace(counted, { shapes })
    for (const pool of POOLS) await loop.reach(pool, 'RUNNING')
    expect(heldBy(loop, WORKSPACE).filter((path) => path.includes('/uses/'))).toHaveLength(2)
    await end(loop, WORKSPACE)
    await loop.reach(WORKSPACE, 'NOT_PROVISIONED', minutes(60))
    expect(heldBy(loop, WORKSPACE)).toEqual([])
    expect(inCloud(loop)).toEqual([])
    await loop.stop()
  })
})
