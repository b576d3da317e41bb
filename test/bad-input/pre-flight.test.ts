// Clusters that cannot be had as the cloud stands: refused early and whole, with what is short, before a pool is wanted or
// anything else is written.
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Inbox, refusalIn, startInbox, text } from './inbox.ts'
import { cluster, executors, ZONE } from './lively.ts'

describe('in a workspace that runs', () => {
  let inbox: Inbox
  beforeAll(async () => {
    inbox = await startInbox()
    return () => inbox.stop()
  })
  afterEach(() => void inbox.loop.stack.data.cloud.faults.clear())
  const faults = () => inbox.loop.stack.data.cloud.faults

  test.each([
    ['N2_CPUS', 60, '84 more are needed, 60 of 60 are free: 24 short', 'at most 7 executors'],
    ['INSTANCES', 12, '11 more are needed, 10 of 12 are free: 1 short', 'at most 9 executors'],
    ['SSD_TOTAL_GB', 900, '1100 more are needed, 700 of 900 are free', 'at most 6 executors'],
  ])('more nodes than the quota %s allows are refused', async (metric, limit, short, allowed) => {
    await faults().set('quota', { metric, limit })
    const aftermath = await inbox.submit('cluster-requested', cluster())
    expect(refusalIn(aftermath, 'acme', 'CLOUD_FAILURE')).toMatchObject({
      code: 'GCP_QUOTA_EXCEEDED',
      message: text(short),
      field: 'data.executors.count',
      got: '10',
      allowed: text(allowed),
      mend: text('raise the quota'),
      parameters: { metric },
    })
  })

  test('spot machines have a quota of their own where the project was given one', async () => {
    await faults().set('quota', { metric: 'PREEMPTIBLE_CPUS', limit: 79 })
    const spot = cluster(executors(10, { spot: true }))
    const aftermath = await inbox.submit('cluster-requested', spot)
    expect(refusalIn(aftermath, 'acme', 'CLOUD_FAILURE')).toMatchObject({
      code: 'GCP_QUOTA_EXCEEDED',
      parameters: { metric: 'PREEMPTIBLE_CPUS' },
      allowed: text('at most 9 executors'),
    })
  })

  test.each([
    ['executors', 'n2-standard-8', 'executors'],
    ['the driver', 'n2-standard-4', 'driver'],
  ])('a machine type of %s that the zone does not have is refused', async (_, type, group) => {
    await faults().set('not-offered', { zone: ZONE, machineType: type })
    const reason = refusalIn(await inbox.submit('cluster-requested', cluster()), 'acme')
    expect(reason).toMatchObject({
      code: 'UNSUPPORTED_INSTANCE_TYPE',
      message: text('the zone europe-west4-b does not offer it'),
      field: `data.${group}.machineType`,
      got: type,
      allowed: 'in one of these zones: europe-west4-a, europe-west4-c',
      mend: text('"zone": "europe-west4-a"'),
    })
  })

  test('a cluster of all zones needs its machine type in all of them', async () => {
    await faults().set('not-offered', { zone: 'europe-west4-c', machineType: 'n2-standard-8' })
    const aftermath = await inbox.submit('cluster-requested', cluster({ zone: 'HA' }))
    expect(refusalIn(aftermath, 'acme')).toMatchObject({
      code: 'UNSUPPORTED_INSTANCE_TYPE',
      message: text('europe-west4-c does not offer it'),
    })
  })

  test('a machine type that the region does not have is refused', async () => {
    await faults().set('not-offered', { machineType: 'n2-standard-8' })
    const reason = refusalIn(await inbox.submit('cluster-requested', cluster()), 'acme')
    expect(reason).toMatchObject({
      code: 'UNSUPPORTED_INSTANCE_TYPE',
      allowed: 'machine types that the region offers',
      mend: text('another machine type'),
    })
  })

  test.each([['compute.regions.get'], ['compute.machineTypes.get']])(
    'without the permission %s it is refused, for the launch would be too',
    async (permission) => {
      await faults().set('permission-denied', { permission })
      const reason = refusalIn(await inbox.submit('cluster-requested', cluster()), 'acme')
      expect(reason).toMatchObject({ code: 'GCP_FORBIDDEN', message: text(permission) })
    },
  )

  test('with the Compute API disabled it is refused', async () => {
    await faults().set('api-disabled', { service: 'compute' })
    const reason = refusalIn(await inbox.submit('cluster-requested', cluster()), 'acme')
    expect(reason).toMatchObject({ code: 'GCP_API_DISABLED', mend: text('enable the API') })
  })
})
