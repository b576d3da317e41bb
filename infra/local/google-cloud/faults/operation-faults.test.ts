import { describe, expect, it } from 'vitest'
import { clusterOf, poolOf, refusal } from '../../../../test/contract/google-cloud-world.ts'
import { executorPod, executorPool } from '../../../../test/google-cloud/executor-pods.ts'
import {
  CALLER,
  CLUSTER,
  CLUSTER_PATH,
  unitCloud,
  ZONES,
} from '../../../../test/google-cloud/unit-cloud.ts'

const POOL = 'CREATE_NODE_POOL'

async function withCluster(...pools: Parameters<typeof clusterOf>[0][]) {
  const cloud = await unitCloud()
  const kubernetes = await cloud.makeCluster(...pools.map((name) => poolOf(name)))
  return { ...cloud, kubernetes, faults: cloud.engine.faults }
}

describe('operation-fails', () => {
  it('ends with an error, and leaves a pool in state ERROR that can be deleted', async () => {
    const { gke, faults, ended } = await withCluster()
    await faults.set('operation-fails', {
      type: POOL,
      code: 'RESOURCE_EXHAUSTED',
      condition: 'GCE_STOCKOUT',
      message: 'none left',
      times: 1,
    })
    const last = await ended(await gke.createNodePool(CLUSTER, poolOf('p')))
    expect(last.error).toEqual({ code: 8, message: 'none left' })
    expect(await gke.getNodePool(CLUSTER, 'p')).toMatchObject({
      status: 'ERROR',
      conditions: [
        { code: 'GCE_STOCKOUT', canonicalCode: 'RESOURCE_EXHAUSTED', message: 'none left' },
      ],
    })
    expect((await ended(await gke.deleteNodePool(CLUSTER, 'p'))).error).toBeUndefined()
    expect(await gke.getNodePool(CLUSTER, 'p')).toBeUndefined()
  })

  it('of a cluster, which is then in state ERROR and can be deleted', async () => {
    const cloud = await unitCloud()
    const request = clusterOf(CLUSTER, await cloud.makeNetwork(), ZONES, CALLER.project)
    await cloud.engine.faults.set('operation-fails', { type: 'CREATE_CLUSTER' })
    const last = await cloud.ended(await cloud.gke.createCluster(request))
    expect(last.error?.code).toBe(13)
    expect(await cloud.gke.getCluster(CLUSTER)).toMatchObject({ status: 'ERROR' })
    await cloud.engine.faults.set('operation-fails', { type: 'DELETE_CLUSTER', times: 1 })
    expect((await cloud.ended(await cloud.gke.deleteCluster(CLUSTER))).error).toBeDefined()
    expect(await cloud.gke.getCluster(CLUSTER)).toMatchObject({ status: 'ERROR' })
    await cloud.ended(await cloud.gke.deleteCluster(CLUSTER))
    expect(await cloud.gke.getCluster(CLUSTER)).toBeUndefined()
    const used = cloud.engine.quotas.read(CALLER.project, CALLER.region)
    expect(used.filter(({ usage }) => usage !== 0)).toEqual([])
  })

  it('holds for the pool that it names', async () => {
    const { gke, faults, ended } = await withCluster()
    await faults.set('operation-fails', { pool: 'q' })
    expect((await ended(await gke.createNodePool(CLUSTER, poolOf('p')))).error).toBeUndefined()
    expect((await ended(await gke.createNodePool(CLUSTER, poolOf('q')))).error).toBeDefined()
  })
})

describe('operation-lost', () => {
  it.each(['done', 'undone'] as const)('nobody knows of it; the work is %s', async (work) => {
    const { gke, faults, clock, entries } = await withCluster()
    await faults.set('operation-lost', { type: POOL, work, times: 1 })
    entries.length = 0
    const { name } = await gke.createNodePool(CLUSTER, poolOf('p'))
    expect(await gke.getOperation(name)).toBeUndefined()
    // It holds its place while it lasts, as any other.
    expect((await refusal(gke.deleteNodePool(CLUSTER, 'p'))).kind).toBe('busy')
    await clock.advance(120_000)
    expect(await gke.getOperation(name)).toBeUndefined()
    expect((await gke.getNodePool(CLUSTER, 'p'))?.status).toBe(
      work === 'done' ? 'RUNNING' : undefined,
    )
    expect(JSON.stringify(entries)).not.toContain('"last":true')
  })

  it('a deletion that is lost undone leaves what was to go', async () => {
    const { gke, faults, clock } = await withCluster('p')
    await faults.set('operation-lost', { times: 2 })
    await gke.deleteNodePool(CLUSTER, 'p')
    await clock.advance(120_000)
    expect((await gke.getNodePool(CLUSTER, 'p'))?.status).toBe('RUNNING')
    await gke.deleteCluster(CLUSTER)
    await clock.advance(600_000)
    expect((await gke.getCluster(CLUSTER))?.status).toBe('RUNNING')
  })
})

describe('operation-slow', () => {
  it('takes that much longer', async () => {
    const { gke, faults, ended, clock } = await withCluster()
    await faults.set('operation-slow', { seconds: 600 })
    const began = clock.now()
    await ended(await gke.createNodePool(CLUSTER, poolOf('p')))
    expect(clock.now() - began).toBeGreaterThan(630_000)
  })
})

describe('what GKE does by itself', () => {
  it('says what it does, and refuses while it does it', async () => {
    const { gke, faults, clock } = await withCluster()
    const says = await faults.set('maintenance', { type: 'RESIZE_CLUSTER', seconds: 60 })
    expect(says).toBe(`RESIZE_CLUSTER of ${CLUSTER_PATH} for 60 s of cloud time`)
    expect((await gke.getCluster(CLUSTER))?.status).toBe('RECONCILING')
    const error = await refusal(gke.createNodePool(CLUSTER, poolOf('p')))
    expect(error).toMatchObject({ kind: 'busy' })
    expect(error.message).toContain('is currently resizing cluster')
    expect((await refusal(faults.set('maintenance'))).kind).toBe('busy')
    await clock.advance(60_001)
    await gke.createNodePool(CLUSTER, poolOf('p'))
  })

  it('comes at random while the fault holds, and no more after', async () => {
    const { gke, faults, clock } = await withCluster()
    await faults.set('maintenance-at-random', { every: 600, seconds: 120 })
    let refused = 0
    for (let minute = 0; minute < 120; minute++) {
      if ((await gke.getCluster(CLUSTER))?.status === 'RECONCILING') refused += 1
      await clock.advance(60_000)
    }
    expect(refused).toBeGreaterThan(10)
    expect(refused).toBeLessThan(60)
    faults.clear()
    await clock.advance(1_200_000)
    for (let minute = 0; minute < 60; minute++) {
      expect((await gke.getCluster(CLUSTER))?.status).toBe('RUNNING')
      await clock.advance(60_000)
    }
  })

  it('a cluster that grows gets a larger control plane, once for each size', async () => {
    const cloud = await unitCloud()
    const kubernetes = await cloud.makeCluster(executorPool())
    await cloud.engine.faults.set('control-plane-resize', { nodes: 4, seconds: 100 })
    const face = kubernetes.face('system:admin')
    const space = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'spark' } }
    await face.create(space)
    const status = async () => (await cloud.gke.getCluster(CLUSTER))?.status
    const add = async (from: number, to: number): Promise<void> => {
      for (let index = from; index < to; index++)
        await face.create(executorPod(`e-${index}`, { owner: '' }))
      await cloud.clock.advance(20_000)
    }
    await add(0, 2)
    expect(await status()).toBe('RUNNING')
    await add(2, 5)
    expect(await status()).toBe('RECONCILING')
    await cloud.clock.advance(100_000)
    await add(5, 6)
    expect(await status()).toBe('RUNNING')
    await add(6, 9)
    expect(await status()).toBe('RECONCILING')
    await cloud.engine.stop()
  })
})

describe('what is shown in error', () => {
  it('is so for as long as the fault holds', async () => {
    const { gke, faults } = await withCluster('p', 'q')
    await faults.set('pool-error', { pool: 'p', condition: 'GCE_QUOTA_EXCEEDED', message: 'full' })
    expect(await gke.getNodePool(CLUSTER, 'p')).toMatchObject({
      status: 'ERROR',
      conditions: [{ code: 'GCE_QUOTA_EXCEEDED', message: 'full' }],
    })
    expect((await gke.getNodePool(CLUSTER, 'q'))?.status).toBe('RUNNING')
    await faults.set('cluster-error', { cluster: CLUSTER })
    expect((await gke.getCluster(CLUSTER))?.status).toBe('DEGRADED')
    faults.clear()
    expect((await gke.getCluster(CLUSTER))?.status).toBe('RUNNING')
    expect((await gke.getNodePool(CLUSTER, 'p'))?.conditions).toBeUndefined()
  })
})

describe('network-operation-fails', () => {
  const network = { name: 'n', autoCreateSubnetworks: false }

  it('an insert leaves nothing, a deletion what was there', async () => {
    const { network: compute, engine, clock } = await unitCloud()
    const done = async (start: ReturnType<typeof compute.insert>) => {
      const operation = await start
      await clock.advance(10_000)
      return await compute.getOperation(operation)
    }
    await engine.faults.set('network-operation-fails', { code: 'QUOTA_EXCEEDED', times: 1 })
    const failed = await done(compute.insert('networks', network, crypto.randomUUID()))
    expect(failed).toMatchObject({
      status: 'DONE',
      httpErrorStatusCode: 403,
      error: { errors: [{ code: 'QUOTA_EXCEEDED' }] },
    })
    expect(engine.list()).toEqual([])
    expect(
      (await done(compute.insert('networks', network, crypto.randomUUID()))).error,
    ).toBeUndefined()
    await engine.faults.set('network-operation-fails', { type: 'delete', collection: 'networks' })
    expect((await done(compute.delete('networks', 'n', crypto.randomUUID()))).error).toBeDefined()
    expect(await compute.get('networks', 'n')).toMatchObject({ name: 'n' })
    engine.faults.clear()
    expect((await done(compute.delete('networks', 'n', crypto.randomUUID()))).error).toBeUndefined()
    expect(engine.list()).toEqual([])
  })
})
