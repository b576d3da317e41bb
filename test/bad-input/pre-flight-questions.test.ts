// What pre-flight asks of the cloud, and what becomes of a launch when there is no answer.
import { describe, expect, test } from 'vitest'
import { ClusterRequested } from '../../events/cluster-requested.ts'
import { specOf } from '../../shared/domain/cluster-wish.ts'
import type { ClusterSpec } from '../../shared/domain/entity.ts'
import type { World } from '../../shared/ports.ts'
import { around } from '../../shared/around.ts'
import type { RunningWorkspace } from '../../shared/runtime/launch.ts'
import { preFlight } from '../../shared/runtime/pre-flight.ts'
import { CLUSTER, type Loop, sample, WORKSPACE } from '../loop/fixture.ts'
import { text } from './inbox.ts'
import { cluster, startLively } from './lively.ts'

describe('when the cloud does not answer', () => {
  test('the launch goes on, and the log says what was left out', async () => {
    const inbox = await startLively()
    const { loop } = inbox
    const { faults } = loop.stack.data.cloud
    await faults.set('unavailable', { service: 'compute', method: 'listQuotas' })
    await faults.set('rate-limit', { service: 'compute', method: 'hasMachineType' })
    const { outcomes, logged } = await inbox.submit('cluster-requested', cluster(), 1000)
    expect(outcomes).toMatchObject([{ outcome: { is: 'accepted' } }])
    const noAnswer = 'the cloud did not answer: the launch goes on without'
    expect(logged.map(({ message }) => message)).toEqual(logged.map(() => noAnswer))
    const unanswered = logged.map(({ fields: { question, kind } }) => [question, kind].join(': '))
    expect(unanswered.toSorted()).toEqual([
      'machine types: rate',
      'quotas: unavailable',
      'zones of a machine type: rate',
      'zones of a machine type: rate',
    ])
    await loop.reach(CLUSTER, 'RUNNING')
    await inbox.stop()
  })
})

/** The workspace that runs, and what the sample wants of it. */
async function asWanted(loop: Loop): Promise<{ workspace: RunningWorkspace; spec: ClusterSpec }> {
  const workspace = await loop.entity(WORKSPACE)
  if (workspace?.kind !== 'workspace' || workspace.state !== 'RUNNING') throw new Error('not so')
  const wanted = ClusterRequested.parse(sample('cluster-requested').data)
  const { account: _, workspace: __, cluster: ___, ...settings } = wanted
  return { workspace, spec: specOf(settings) }
}

describe('what is asked of the cloud', () => {
  let calls: string[] = []
  const counting = (world: World): World => ({
    ...world,
    network: (identity) =>
      around('network', world.network(identity), ({ method }, proceed) => {
        calls.push(method)
        return proceed()
      }),
  })
  const OFFERS = ['hasMachineType', 'hasMachineType']

  test('are the quotas once and two machine types once, and nothing for a repeat', async () => {
    const inbox = await startLively({}, { wrapWorld: counting })
    const { loop } = inbox
    await loop.stack.publish('cluster-requested', cluster())
    await loop.reach(CLUSTER, 'RUNNING')

    calls = []
    const message = cluster({ cluster: 'etl-2' })
    await inbox.submit('cluster-requested', message, 1000)
    // The pools are there already.
    expect(calls.toSorted()).toEqual([...OFFERS, 'listQuotas'])
    calls = []
    await inbox.submit('cluster-requested', message, 1000)
    expect(calls).toEqual([])
    await inbox.stop()
  })

  test('are the quotas once in an invocation, however many clusters it looks at', async () => {
    const inbox = await startLively()
    const { loop } = inbox
    const { workspace, spec } = await asWanted(loop)
    const world = counting(loop.stack.world)
    calls = []
    for (const name of ['etl-1', 'etl-2', 'etl-3']) {
      expect((await preFlight(world, workspace, name, spec)).short).toBeUndefined()
    }
    expect(calls.filter((method) => method === 'listQuotas')).toHaveLength(1)
    await inbox.stop()
  })
})

describe('a machine type that one zone lacks', () => {
  test('has its pool in the others, and clusters there run (rule *zone*)', async () => {
    const inbox = await startLively()
    const { loop } = inbox
    const { faults } = loop.stack.data.cloud
    await faults.set('not-offered', { zone: 'europe-west4-a', machineType: 'n2-standard-8' })
    await loop.stack.publish('cluster-requested', cluster())
    await loop.reach(CLUSTER, 'RUNNING')
    const pool = loop.stack.store.dump().find(({ path }) => path.endsWith('/n2-standard-8/runs/1'))
    expect(pool?.data).toMatchObject({
      plan: { subject: { zones: ['europe-west4-b', 'europe-west4-c'] } },
    })
    await inbox.stop()
  })
})

describe('a runtime that was withdrawn since the cluster was asked for', () => {
  test('starts no cluster any more, and is kept by those that run', async () => {
    const inbox = await startLively()
    const { loop } = inbox
    const { world } = loop.stack
    const { workspace, spec: now } = await asWanted(loop)
    const spec = { ...now, runtime: '17.2.x-scala2.13' }
    expect((await preFlight(world, workspace, 'etl', spec)).short).toBeUndefined()

    const later = { ...world, clock: { ...world.clock, now: () => Date.UTC(2027, 2, 1) } }
    expect((await preFlight(later, workspace, 'etl', spec)).short).toMatchObject({
      code: 'INVALID_SPARK_IMAGE',
      type: 'CLIENT_ERROR',
      field: 'data.runtime',
      got: '17.2.x-scala2.13',
      allowed: text('17.3.x-scala2.13'),
    })
    await loop.stack.publish('cluster-requested', cluster({ runtime: spec.runtime }))
    await loop.reach(CLUSTER, 'RUNNING')
    const running = await loop.cluster()
    const more = { ...running.spec, executors: { ...running.spec.executors, count: 11 } }
    expect((await preFlight(later, workspace, 'etl', more, running)).short).toBeUndefined()
    await inbox.stop()
  })
})
