import { describe, expect, it } from 'vitest'
import { clusterOf, poolOf, refusal } from '../../../test/contract/google-cloud-world.ts'
import { endsGkeOperation, type LogEntry } from './audit-log.ts'
import {
  CALLER,
  CLUSTER,
  CLUSTER_PATH,
  nodesOf,
  unitCloud,
  ZONES,
} from '../../../test/google-cloud/unit-cloud.ts'

/** More than any entry takes to arrive. */
const DELIVERY = 1001

interface Entry {
  readonly severity: string
  readonly operation?: { readonly id: string; readonly first?: true; readonly last?: true }
  readonly protoPayload: { readonly methodName: string; readonly [field: string]: unknown }
  readonly resource: { readonly type: string; readonly labels: Readonly<Record<string, string>> }
}

const audit = (entries: readonly LogEntry[]): Entry[] =>
  entries.filter((entry) => 'protoPayload' in entry) as unknown as Entry[]

describe('a cluster of the simulated Google Cloud', () => {
  it('takes as long as life, and has its system nodes when it is there', async () => {
    const cloud = await unitCloud()
    const began = cloud.clock.now()
    const kubernetes = await cloud.makeCluster()
    const seconds = (cloud.clock.now() - began) / 1000
    expect(seconds).toBeGreaterThan(290)
    expect(seconds).toBeLessThan(400)
    expect(nodesOf(kubernetes, 'system')).toHaveLength(1)
    await cloud.engine.stop()
  })

  it('leaves nothing behind when it and its network go', async () => {
    const cloud = await unitCloud()
    await cloud.makeCluster(poolOf('p'))
    expect(cloud.engine.list()).toContain(`${CLUSTER_PATH}/nodePools/p`)
    expect(cloud.engine.list().filter((path) => path.includes('/instances/'))).toHaveLength(1)
    await cloud.ended(await cloud.gke.deleteCluster(CLUSTER))
    const left = cloud.engine.list()
    for (const collection of ['subnetworks', 'networks'] as const) {
      const name =
        left
          .find((path) => path.includes(`/${collection}/`))
          ?.split('/')
          .at(-1) ?? ''
      await cloud.network.delete(collection, name, crypto.randomUUID())
      await cloud.clock.advance(10_000)
    }
    expect(cloud.engine.list()).toEqual([])
  })

  it('is in error when its Kubernetes does not start, and can be deleted', async () => {
    const cloud = await unitCloud({
      startKubernetes: () => Promise.reject(new Error('no control plane')),
    })
    const request = clusterOf(CLUSTER, await cloud.makeNetwork(), ZONES, CALLER.project)
    const last = await cloud.ended(await cloud.gke.createCluster(request))
    expect(last.error).toMatchObject({ message: 'no control plane' })
    const message = 'its control plane did not start: no control plane'
    expect(await cloud.gke.getCluster(CLUSTER)).toMatchObject({
      status: 'ERROR',
      conditions: [{ code: 'INTERNAL', message }],
    })
    await cloud.ended(await cloud.gke.deleteCluster(CLUSTER))
    expect(await cloud.gke.getCluster(CLUSTER)).toBeUndefined()
  })
})

describe('a pool with nodes', () => {
  it('keeps its operation running for 35 minutes on a stock-out, then says so', async () => {
    const cloud = await unitCloud()
    await cloud.makeCluster()
    await cloud.engine.faults.set('stock-out', { zone: ZONES[1], machineType: 'n2-standard-4' })
    const began = cloud.clock.now()
    const operation = await cloud.gke.createNodePool(CLUSTER, poolOf('p', { initialNodeCount: 2 }))
    const last = await cloud.ended(operation)
    expect(cloud.clock.now() - began).toBe(35 * 60_000)
    expect(last.error).toMatchObject({ code: 8, message: expect.stringContaining('EXHAUSTED') })
    expect(await cloud.gke.getNodePool(CLUSTER, 'p')).toMatchObject({
      status: 'RUNNING_WITH_ERROR',
      conditions: [{ code: 'GCE_STOCKOUT' }],
    })
    await cloud.engine.stop()
  })

  it('has them when its operation ends, and loses them with the pool', async () => {
    const cloud = await unitCloud()
    const kubernetes = await cloud.makeCluster(poolOf('p', { initialNodeCount: 2 }))
    expect(nodesOf(kubernetes, 'p')).toHaveLength(6)
    await cloud.ended(await cloud.gke.deleteNodePool(CLUSTER, 'p'))
    expect(nodesOf(kubernetes, 'p')).toEqual([])
    await cloud.engine.stop()
  })
})

describe('concurrency', () => {
  it('refuses everybody while GKE works on the cluster by itself', async () => {
    const cloud = await unitCloud()
    await cloud.makeCluster()
    await cloud.engine.faults.set('maintenance', { cluster: CLUSTER_PATH, seconds: 60 })
    const error = await refusal(cloud.gke.createNodePool(CLUSTER, poolOf('p')))
    expect(error.kind).toBe('busy')
    expect(error.message).toMatch(
      /^Operation operation-\d+-[-0-9a-f]+ is currently upgrading cluster c\./,
    )
    await cloud.clock.advance(60_001)
    await cloud.ended(await cloud.gke.createNodePool(CLUSTER, poolOf('p')))
    await cloud.engine.stop()
  })

  it('can be one operation for the whole cluster, and any number', async () => {
    const cloud = await unitCloud()
    await cloud.makeCluster()
    await cloud.engine.faults.set('operation-alone')
    const first = await cloud.gke.createNodePool(CLUSTER, poolOf('p'))
    const error = await refusal(cloud.gke.createNodePool(CLUSTER, poolOf('q')))
    expect(error.message).toBe(`Cluster is running incompatible operation ${first.name}.`)
    cloud.engine.faults.clear('operation-alone')
    await cloud.engine.faults.set('operation-quota', { limit: 1 })
    expect(await refusal(cloud.gke.createNodePool(CLUSTER, poolOf('q')))).toMatchObject({
      kind: 'rate',
    })
    await cloud.engine.stop()
  })
})

describe('a lost answer', () => {
  it('leaves what the call did', async () => {
    const cloud = await unitCloud()
    await cloud.engine.faults.set('answer-lost')
    const insert = cloud.network.insert(
      'networks',
      { name: 'n', autoCreateSubnetworks: false },
      crypto.randomUUID(),
    )
    expect((await refusal(insert)).kind).toBe('unknown-outcome')
    await cloud.clock.advance(10_000)
    expect(await cloud.network.get('networks', 'n')).toMatchObject({ name: 'n' })
  })
})

describe('access', () => {
  it('is denied to an account without a grant, until the grant has spread', async () => {
    const cloud = await unitCloud({ isClosed: true })
    const { project, serviceAccount } = CALLER
    expect(await refusal(cloud.network.listZones())).toMatchObject({
      kind: 'denied',
      message: expect.stringContaining(serviceAccount),
    })
    cloud.engine.grantProject(project, serviceAccount)
    expect((await refusal(cloud.gke.getCluster('c'))).kind).toBe('denied')
    await cloud.clock.advance(30_000)
    expect(await cloud.network.listZones()).toHaveLength(3)
    cloud.engine.revokeProject(project, serviceAccount)
    expect((await refusal(cloud.gke.deleteCluster('c'))).kind).toBe('denied')
  })
})

describe('the audit log', () => {
  it('says when an operation began and ended, with its id', async () => {
    const cloud = await unitCloud()
    await cloud.makeCluster()
    cloud.entries.length = 0
    const operation = await cloud.gke.createNodePool(CLUSTER, poolOf('p'))
    await cloud.ended(operation)
    await cloud.clock.advance(DELIVERY)
    const [first, last, ...more] = audit(cloud.entries)
    expect(more).toEqual([])
    expect(first).toMatchObject({
      severity: 'NOTICE',
      operation: { id: operation.name, producer: 'container.googleapis.com', first: true },
      resource: { type: 'gke_nodepool', labels: { cluster_name: 'c', nodepool_name: 'p' } },
      protoPayload: {
        methodName: 'google.container.v1.ClusterManager.CreateNodePool',
        request: { nodePool: { name: 'p' } },
        response: { name: operation.name, status: 'PENDING' },
        authenticationInfo: { principalEmail: CALLER.serviceAccount },
      },
    })
    expect(last).toMatchObject({
      severity: 'NOTICE',
      operation: { id: operation.name, last: true },
      protoPayload: { metadata: { operationType: 'CREATE_NODE_POOL' }, status: {} },
    })
    expect(last?.protoPayload).not.toHaveProperty('request')
    expect(cloud.entries.filter(endsGkeOperation)).toEqual([last])
    await cloud.engine.stop()
  })

  it('has one entry of severity ERROR for a refusal', async () => {
    const cloud = await unitCloud()
    await refusal(cloud.gke.deleteCluster('none'))
    await cloud.clock.advance(DELIVERY)
    const entries = audit(cloud.entries)
    expect(entries).toMatchObject([
      { severity: 'ERROR', protoPayload: { status: { code: 5 }, response: {} } },
    ])
    expect(entries[0]).not.toHaveProperty('operation')
    expect(cloud.entries.filter(endsGkeOperation)).toHaveLength(1)
  })

  it('delays entries, so that some overtake others', async () => {
    const cloud = await unitCloud()
    await cloud.engine.faults.set('audit-log', { delay: 60 })
    for (let index = 0; index < 20; index++) await refusal(cloud.gke.deleteCluster(`c-${index}`))
    await cloud.clock.advance(DELIVERY)
    const early = cloud.entries.length
    expect(early).toBeGreaterThan(0)
    expect(early).toBeLessThan(20)
    await cloud.clock.advance(60_000)
    expect(cloud.entries).toHaveLength(20)
  })

  it('loses, doubles and forgets as it is told', async () => {
    const cloud = await unitCloud()
    const { faults } = cloud.engine
    const counted = async (): Promise<number> => {
      cloud.entries.length = 0
      await refusal(cloud.gke.deleteCluster('none'))
      await cloud.clock.advance(DELIVERY)
      return cloud.entries.length
    }
    await faults.set('audit-log', { drop: 1 })
    expect(await counted()).toBe(0)
    await faults.set('audit-log', { duplicate: 1 })
    expect(await counted()).toBe(2)
    await faults.set('audit-log', { missingLast: 1 })
    cloud.entries.length = 0
    await cloud.makeCluster()
    await cloud.clock.advance(DELIVERY)
    expect(audit(cloud.entries)).toMatchObject([{ operation: { first: true } }])
    await cloud.engine.stop()
  })
})
