// Idle clusters end, busy and silent ones do not (protocol rule 13). Time that passes is virtual.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { minutes, seconds } from '../../shared/domain/time.ts'
import { SPARK_CLUSTER } from '../../shared/manifests/spark-cluster-crd.ts'
import { aroundWorld } from '../../shared/around.ts'
import { CLUSTER, event, type Loop, startLoop, WORKSPACE } from './fixture.ts'
import {
  askForCluster,
  askForWorkspace,
  counted,
  heldBy,
  inKubernetes,
  WITH_POOLS,
} from './whole.ts'

const LIMIT = minutes(10)

let loop: Loop
let isSweepOff = false
/** Called as soon as the cluster is drained, before anybody can see it. */
let onDrain: () => Promise<void> = async () => undefined

beforeEach(async () => {
  isSweepOff = false
  onDrain = async () => undefined
  loop = await startLoop({
    busKnobs: { drop: (name) => name === 'sweep' && isSweepOff },
    wrapWorld: (world) =>
      aroundWorld(world, async ({ method }, proceed) => {
        const answer = await proceed()
        if (method === 'patch' && drain() !== undefined) await onDrain()
        return answer
      }),
  })
  await askForWorkspace(loop)
  await loop.reach(WORKSPACE, 'RUNNING')
  await askForCluster(loop, { autoterminationMinutes: LIMIT / minutes(1) })
  await loop.reach(CLUSTER, 'RUNNING')
  // Here the event is looked at alone; that the sweep does the same is another test's.
  isSweepOff = true
})
afterEach(() => loop.stop())

let events = 0
async function sayIdle(): Promise<void> {
  await loop.stack.publish('idle-timeout', event('idle-timeout', `i-${++events}`))
}

function sparkCluster() {
  const { apiVersion, kind } = SPARK_CLUSTER
  const found = [...loop.stack.data.clusters.values()].flatMap((engine) => [
    ...engine.snapshot(apiVersion, kind),
  ])
  expect(found.length).toBeLessThanOrEqual(1)
  return found[0]
}

const drain = (): unknown => sparkCluster()?.spec?.['drain'] ?? undefined

type Work = Parameters<Loop['stack']['data']['drivers']['set']>[1]

/** What the driver works on from now on; undefined: it does not answer. */
function driverHas(work: Work): void {
  loop.stack.data.drivers.set(sparkCluster()?.metadata.namespace ?? '', work)
}

/** What has become of the cluster two minutes after it was said to be idle. */
async function afterEvent() {
  await sayIdle()
  await loop.clock.advance(minutes(2))
  const { state, want, generation } = await loop.cluster()
  return { state, want, generation, drain: drain() }
}

const KEPT = { state: 'RUNNING', want: 'up', generation: 1, drain: undefined }

async function endIdle(): Promise<void> {
  await loop.clock.advance(LIMIT + minutes(1))
  await sayIdle()
  await loop.clock.advance(seconds(10))
  expect(await loop.cluster()).toMatchObject({ want: 'down', generation: 2 })
  isSweepOff = false
  await loop.reach(CLUSTER, 'TERMINATED')
}

describe('an idle.timeout', () => {
  it('ends an idle cluster; its pools stay', async () => {
    await endIdle()
    expect(await loop.cluster()).toMatchObject({ reason: { code: 'INACTIVITY', type: 'SUCCESS' } })
    expect(inKubernetes(loop)).toEqual([])
    expect(heldBy(loop, CLUSTER)).toEqual([])
    expect(counted(loop)).toMatchObject(WITH_POOLS)
    const pools = await loop.stack.store.list(`${WORKSPACE}/pools`)
    expect(pools.map(({ data }) => data['state'])).toEqual(['RUNNING', 'RUNNING'])
  })

  it('that comes before the limit ends nothing', async () => {
    await loop.clock.advance(LIMIT - minutes(1))
    expect(await afterEvent()).toEqual(KEPT)
  })

  it.each([
    ['a running job', { runningJobs: 1, openSessions: 0 }],
    ['an open session', { runningJobs: 0, openSessions: 1 }],
  ])('ends no cluster with %s, however long it takes', async (_, work) => {
    driverHas(work)
    await loop.clock.advance(LIMIT + minutes(30))
    expect(await afterEvent()).toEqual(KEPT)
  })

  it('ends a cluster only a whole limit after its work was done', async () => {
    driverHas({ runningJobs: 1, openSessions: 0 })
    await loop.clock.advance(LIMIT + minutes(30))
    driverHas({ runningJobs: 0, openSessions: 0 })
    await loop.clock.advance(LIMIT - minutes(1))
    expect(await afterEvent()).toEqual(KEPT)
    await endIdle()
  })

  it('ends no cluster whose driver is silent: that is unknown, not idle', async () => {
    await loop.clock.advance(minutes(1))
    driverHas(undefined)
    await loop.clock.advance(LIMIT + minutes(30))
    expect(await afterEvent()).toEqual(KEPT)
  })

  it('says of a driver that stays silent that nobody knows what it does, until it answers', async () => {
    isSweepOff = false
    driverHas(undefined)
    const reason = async () => {
      const cluster = await loop.cluster()
      return 'reason' in cluster ? cluster.reason?.code : undefined
    }
    await loop.clock.advance(minutes(9))
    expect(await reason()).toBeUndefined()
    await loop.clock.advance(LIMIT + minutes(30))
    expect(await reason()).toBe('DRIVER_UNREACHABLE')
    expect(await loop.cluster()).toMatchObject({ state: 'RUNNING', want: 'up' })
    driverHas({ runningJobs: 1, openSessions: 0 })
    await loop.clock.advance(minutes(1))
    expect(await reason()).toBeUndefined()
  })

  it('ends nothing when a job starts between drain and end: the drain is taken back', async () => {
    let drains = 0
    onDrain = async () => {
      drains++
      driverHas({ runningJobs: 1, openSessions: 0 })
    }
    await loop.clock.advance(LIMIT + minutes(1))
    await sayIdle()
    await loop.clock.advance(seconds(30))
    expect(drains).toBe(1)
    expect(drain()).toBeUndefined()
    expect(await afterEvent()).toEqual(KEPT)
    onDrain = async () => undefined
    driverHas({ runningJobs: 0, openSessions: 0 })
    await endIdle()
  })
})

describe('a cluster that ended idle', () => {
  it('runs again when it is requested again', async () => {
    await endIdle()
    await askForCluster(loop, { id: 'c-2', autoterminationMinutes: LIMIT / minutes(1) })
    await loop.reach(CLUSTER, 'RUNNING')
    expect(await loop.cluster()).toMatchObject({ generation: 3, executors: { ready: 3 } })
    expect(counted(loop)).toMatchObject({ ...WITH_POOLS, namespaces: 1, pods: 4 })
  })
})

describe('the sweep', () => {
  it('ends an idle cluster by itself, and a busy one never', async () => {
    isSweepOff = false
    driverHas({ runningJobs: 1, openSessions: 0 })
    await loop.clock.advance(minutes(60))
    expect(await loop.cluster()).toMatchObject({ state: 'RUNNING' })
    driverHas({ runningJobs: 0, openSessions: 0 })
    await loop.reach(CLUSTER, 'TERMINATED', 2 * LIMIT + minutes(5))
    expect(await loop.cluster()).toMatchObject({ reason: { code: 'INACTIVITY' } })
  })
})
