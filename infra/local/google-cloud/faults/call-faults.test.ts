import { describe, expect, it } from 'vitest'
import { clusterOf, poolOf, refusal } from '../../../../test/contract/google-cloud-world.ts'
import { CALLER, CLUSTER, unitCloud, ZONES } from '../../../../test/google-cloud/unit-cloud.ts'

const network = { name: 'n', autoCreateSubnetworks: false }
const insert = (cloud: Awaited<ReturnType<typeof unitCloud>>) =>
  cloud.network.insert('networks', network, crypto.randomUUID())

describe('api-disabled', () => {
  it('denies every call of that API in that project, in its own words', async () => {
    const cloud = await unitCloud()
    const { faults } = cloud.engine
    await faults.set('api-disabled', { service: 'container', project: CALLER.project })
    const error = await refusal(cloud.gke.getCluster('c'))
    expect(error).toMatchObject({ kind: 'denied' })
    expect(error.message).toMatch(
      /^Kubernetes Engine API has not been used in project demo-unit before or it is disabled\. Enable/,
    )
    expect(await cloud.network.listZones()).toHaveLength(3)
    await faults.set('api-disabled')
    expect((await refusal(cloud.network.listZones())).message).toContain('Compute Engine API has')
    faults.clear('api-disabled')
    expect(await cloud.gke.getCluster('c')).toBeUndefined()
  })
})

describe('permission-denied', () => {
  it('denies the calls that need it, by whole parts of its name', async () => {
    const cloud = await unitCloud()
    await cloud.engine.faults.set('permission-denied', { permission: 'compute.networks.create' })
    expect(await refusal(insert(cloud))).toMatchObject({
      kind: 'denied',
      message: expect.stringContaining('Required "compute.networks.create" permission(s)'),
    })
    expect(await cloud.network.get('networks', 'n')).toBeUndefined()
    await cloud.engine.faults.set('permission-denied', { permission: 'compute.net' })
    cloud.engine.faults.clear('permission-denied', { permission: 'compute.networks.create' })
    await insert(cloud)
  })

  it('is in the audit log as one refusal', async () => {
    const cloud = await unitCloud()
    const request = clusterOf(CLUSTER, await cloud.makeNetwork(), ZONES, CALLER.project)
    cloud.entries.length = 0
    await cloud.engine.faults.set('permission-denied', { permission: 'container' })
    await refusal(cloud.gke.createCluster(request))
    await cloud.clock.advance(1001)
    expect(cloud.entries).toMatchObject([
      { severity: 'ERROR', protoPayload: { status: { code: 7 } } },
    ])
  })
})

describe('rate-limit and unavailable', () => {
  it('refuse one call of one API, so many times, and nothing is done', async () => {
    const cloud = await unitCloud()
    await cloud.engine.faults.set('rate-limit', { service: 'compute', method: 'insert', times: 2 })
    expect((await refusal(insert(cloud))).kind).toBe('rate')
    expect(await cloud.network.listZones()).toHaveLength(3)
    expect((await refusal(insert(cloud))).message).toContain("for quota metric 'Requests'")
    await insert(cloud)
    await cloud.engine.faults.set('unavailable', { service: 'container', times: 1 })
    expect((await refusal(cloud.gke.getCluster('c'))).kind).toBe('unavailable')
    expect(await cloud.gke.getCluster('c')).toBeUndefined()
  })
})

describe('answer-lost', () => {
  it('loses no answer of a read', async () => {
    const cloud = await unitCloud()
    await cloud.engine.faults.set('answer-lost', { times: 1 })
    expect(await cloud.gke.getCluster('c')).toBeUndefined()
    expect(await cloud.network.listQuotas()).not.toEqual([])
    expect((await refusal(insert(cloud))).kind).toBe('unknown-outcome')
    expect((await refusal(insert(cloud))).kind).toBe('exists')
  })
})

describe('many faults at once', () => {
  it('leave no machine and no quota behind', async () => {
    const cloud = await unitCloud()
    await cloud.makeCluster()
    const used = () => cloud.engine.quotas.read(CALLER.project, CALLER.region)
    const before = used()
    await cloud.engine.faults.set('operation-fails', { type: 'CREATE_NODE_POOL' })
    await cloud.ended(await cloud.gke.createNodePool(CLUSTER, poolOf('p', { initialNodeCount: 2 })))
    cloud.engine.faults.clear()
    await cloud.ended(await cloud.gke.deleteNodePool(CLUSTER, 'p'))
    expect(used()).toEqual(before)
    await cloud.ended(await cloud.gke.deleteCluster(CLUSTER))
    expect(used().every(({ usage }) => usage === 0)).toBe(true)
  })
})
