// Pre-flight through the life of clusters and workspaces: what others take, what is held already, what waits.
import { describe, expect, test } from 'vitest'
import { CLUSTER, event, type Loop, startLoop, WORKSPACE } from '../loop/fixture.ts'
import { type Aftermath, refusalIn, text } from './inbox.ts'
import { change, cluster, executors, id, startLively, ZONE } from './lively.ts'

const PROJECT = 'acme-analytics-dev'

const poolsOf = ({ stack }: Loop): string[] =>
  stack.store.dump().flatMap(({ path }) => (/\/pools\/[^/]+$/.test(path) ? [path] : []))
const outcomesOf = ({ outcomes }: Aftermath): string[] => outcomes.map(({ outcome }) => outcome.is)

describe('a workspace with few addresses (rule *ranges*)', () => {
  test('has no room for more nodes than its ranges hold, those of other clusters among them', async () => {
    const ranges = { nodes: '10.0.0.0/26', pods: '100.64.0.0/18', services: '100.72.0.0/24' }
    const inbox = await startLively({ ranges })
    const { loop } = inbox
    const large = await inbox.submit('cluster-requested', cluster(executors(50)), 1000)
    expect(refusalIn(large, 'acme', 'CLOUD_FAILURE')).toMatchObject({
      code: 'GCP_IP_SPACE_EXHAUSTED',
      message: text('the nodes range 10.0.0.0/26 holds 60 nodes'),
      allowed: text('at most 49 executors'),
    })
    await loop.stack.publish('cluster-requested', cluster(executors(30)))
    await loop.reach(CLUSTER, 'RUNNING')

    const second = cluster({ ...executors(19), cluster: 'etl-2' })
    const refused = await inbox.submit('cluster-requested', second, 1000)
    expect(outcomesOf(refused)).toEqual(['rejected'])
    expect(refused.outcomes).toMatchObject([
      {
        outcome: {
          reason: {
            code: 'GCP_IP_SPACE_EXHAUSTED',
            message: text('31 taken by other clusters: 1 too few'),
            allowed: text('at most 18 executors'),
          },
        },
      },
    ])
    const fitting = cluster({ ...executors(18), cluster: 'etl-2' })
    await loop.stack.publish('cluster-requested', fitting)
    await loop.reach(`${WORKSPACE}/clusters/etl-2`, 'RUNNING')
    await inbox.stop()
  })
})

describe('a workspace that does not run yet', () => {
  test('lets a cluster wait, and the cluster ends with what is short when its turn comes', async () => {
    const loop = await startLoop()
    await loop.stack.publish('workspace-requested', event('workspace-requested', id()))
    await loop.clock.advance(5000)
    await loop.stack.publish('cluster-requested', cluster())
    await loop.stack.data.cloud.faults.set('quota', { metric: 'N2_CPUS', limit: 60 })
    await loop.reach(CLUSTER, 'TERMINATED')
    expect(await loop.cluster()).toMatchObject({
      reason: { code: 'GCP_QUOTA_EXCEEDED', message: text('24 short'), parameters: {} },
    })
    expect(poolsOf(loop)).toEqual([])
    await loop.stop()
  })
})

describe('a cluster that runs', () => {
  test('grows within the quota only; a refused growth changes nothing', async () => {
    const inbox = await startLively()
    const { loop } = inbox
    await loop.stack.publish('cluster-requested', cluster())
    await loop.reach(CLUSTER, 'RUNNING')
    await loop.stack.data.cloud.faults.set('quota', { metric: 'N2_CPUS', limit: 100 })
    const grown = change({ action: 'resize', executors: { count: 13 } })
    const refused = await inbox.submit('cluster-change-requested', grown, 1000)
    expect(refused.outcomes).toMatchObject([
      {
        outcome: {
          is: 'rejected',
          reason: {
            code: 'GCP_QUOTA_EXCEEDED',
            message: text('24 more are needed, 16 of 100 are free: 8 short'),
            allowed: text('at most 12 executors'),
          },
        },
      },
    ])
    expect(await loop.cluster()).toMatchObject({ state: 'RUNNING', spec: executors(10) })

    const within = change({ action: 'resize', executors: { count: 12 } })
    await inbox.submit('cluster-change-requested', within, 1000)
    await loop.clock.until(
      '12 ready',
      async () => {
        const { spec, state } = await loop.cluster()
        return state === 'RUNNING' && spec.executors.count === 12
      },
      3_600_000,
    )
    await inbox.stop()
  })

  test('asks nothing of the cloud to shrink, and is not held up by what is short', async () => {
    const inbox = await startLively()
    const { loop } = inbox
    await loop.stack.publish('cluster-requested', cluster())
    await loop.reach(CLUSTER, 'RUNNING')
    await loop.stack.data.cloud.faults.set('quota', { metric: 'N2_CPUS', limit: 1 })
    await loop.stack.data.cloud.faults.set('permission-denied', { permission: 'compute' })
    const less = change({ action: 'resize', executors: { count: 5 } })
    const { outcomes } = await inbox.submit('cluster-change-requested', less, 0)
    expect(outcomes).toMatchObject([{ outcome: { is: 'accepted' } }])
    await inbox.stop()
  })

  test('may have other machines in place of its own, which then are free', async () => {
    const inbox = await startLively()
    const { loop } = inbox
    await loop.stack.publish('cluster-requested', cluster())
    await loop.reach(CLUSTER, 'RUNNING')
    await loop.stack.data.cloud.faults.set('quota', { metric: 'N2_CPUS', limit: 90 })
    const { spec } = await loop.cluster()
    const edited = (count: number) => {
      const larger = { ...spec.executors, machineType: 'n2-standard-16', count }
      return change({ action: 'edit', settings: { ...spec, executors: larger } })
    }
    const refused = await inbox.submit('cluster-change-requested', edited(6), 1000)
    expect(refused.outcomes).toMatchObject([
      { outcome: { is: 'rejected', reason: { message: text('86 of 90 are free: 10 short') } } },
    ])
    const { outcomes } = await inbox.submit('cluster-change-requested', edited(5), 0)
    expect(outcomes).toMatchObject([{ outcome: { is: 'accepted' } }])
    await inbox.stop()
  })

  test('moves to another zone only if that has its machines', async () => {
    const inbox = await startLively()
    const { loop } = inbox
    await loop.stack.publish('cluster-requested', cluster())
    await loop.reach(CLUSTER, 'RUNNING')
    const elsewhere = { zone: 'europe-west4-c', machineType: 'n2-standard-8' }
    await loop.stack.data.cloud.faults.set('not-offered', elsewhere)
    const { spec } = await loop.cluster()
    const moved = change({ action: 'edit', settings: { ...spec, zone: elsewhere.zone } })
    const { outcomes } = await inbox.submit('cluster-change-requested', moved, 1000)
    expect(outcomes).toMatchObject([
      { outcome: { is: 'rejected', reason: { code: 'UNSUPPORTED_INSTANCE_TYPE' } } },
    ])
    expect(await loop.cluster()).toMatchObject({ state: 'RUNNING', spec: { zone: ZONE } })
    await inbox.stop()
  })

  test('that ended may have its machines again, although they still count as used', async () => {
    const inbox = await startLively()
    const { loop } = inbox
    await loop.stack.publish('cluster-requested', cluster())
    await loop.reach(CLUSTER, 'RUNNING')
    await loop.stack.data.cloud.faults.set('quota', { metric: 'N2_CPUS', limit: 84 })
    const end = change({ action: 'terminate' })
    await loop.stack.publish('cluster-change-requested', end)
    await loop.reach(CLUSTER, 'TERMINATED')
    const { quotas } = loop.stack.data.cloud
    const used = quotas.read(PROJECT, 'europe-west4').find(({ metric }) => metric === 'N2_CPUS')
    expect(used).toMatchObject({ usage: 84 })
    await loop.stack.publish('cluster-change-requested', change({ action: 'start' }))
    await loop.reach(CLUSTER, 'RUNNING')
    await inbox.stop()
  })
})
