// The agent against the embedded Kubernetes on a virtual clock.
import { beforeEach, describe, expect, it } from 'vitest'
import { minutes, seconds } from '../../../shared/domain/time.ts'
import { agentFixture, type AgentFixture } from '../../../test/agent-fixture.ts'

let world: AgentFixture
beforeEach(async () => {
  world = await agentFixture()
})

describe('a launch', () => {
  it('of 1,000 executors costs a handful of snapshots, the last one says that all are ready', async () => {
    const companions = world.engine.startCompanions({
      delays: { imagePullMs: () => 1000, podStartMs: () => 100 + world.clock.random() * 5000 },
    })
    const agent = world.start()
    await world.addNodes(1001)
    const spark = await world.spark('etl', 1000)
    await spark.createDriver()
    await spark.createExecutors(1, 1000)
    await world.clock.until('all pods ready', world.isWhole(1000), minutes(2))
    const last = world.last()
    expect(last).toMatchObject({
      cluster: 'etl',
      uid: spark.uid,
      level: { driver: 'ready', executors: { total: 1000, ready: 1000, failed: 0 }, failures: [] },
    })
    expect(Object.keys(last?.level.phases ?? {}).toSorted()).toEqual([
      'firstPodCreatedAt',
      'lastImagePulledAt',
      'lastNodeReadyAt',
      'lastPodCreatedAt',
      'lastPodReadyAt',
      'lastPodScheduledAt',
    ])
    expect(world.published.length).toBeLessThanOrEqual(12)
    companions.stop()
    await world.stop(agent)
  })

  it('is told within 250 ms of the last pod, and at most four times a second', async () => {
    const agent = world.start()
    const spark = await world.spark('etl', 20)
    const driver = await spark.createDriver()
    const pods = await spark.createExecutors(1, 20)
    await world.clock.advance(seconds(5))
    await world.setReady(driver)
    for (const pod of pods) {
      await world.clock.advance(70)
      await world.setReady(pod)
    }
    const readyAt = world.clock.now()
    await world.clock.until('the last word', world.isWhole(20), 300)
    expect(world.clock.now() - readyAt).toBeLessThanOrEqual(250)
    const times = world.published.map(({ observedAt }) => observedAt)
    for (const [at, time] of times.slice(1).entries()) {
      expect(time - (times[at] ?? 0)).toBeGreaterThanOrEqual(250)
    }
    await world.stop(agent)
  })

  it('leaves the same level in the custom resource, for the sweep to pull', async () => {
    const agent = world.start()
    const { spark } = await world.running('etl', 2)
    await world.clock.until('whole', world.isWhole(2), seconds(5))
    const { term, sequence, observedAt, level } = world.last() ?? {}
    expect((await world.api.get(spark.ref))?.status).toEqual({ term, sequence, observedAt, level })
    await world.stop(agent)
  })
})

describe('what counts', () => {
  it('pods of another life of the cluster do not', async () => {
    const old = await world.running('etl', 3)
    await world.api.delete(old.spark.ref, { propagation: 'Orphan' })
    const agent = world.start()
    const spark = await world.spark('etl', 3, 2)
    const [first] = await spark.createExecutors(1, 3)
    if (first) await world.setReady(first)
    await world.clock.advance(seconds(3))
    expect(world.last()).toMatchObject({
      uid: spark.uid,
      level: { driver: 'absent', executors: { total: 3, ready: 1 } },
    })
    expect(world.published.every(({ uid }) => uid === spark.uid)).toBe(true)
    await world.stop(agent)
  })

  it('executors that are lost are said at once, and those that are deleted count no more', async () => {
    const agent = world.start()
    const { pods } = await world.running('etl', 3)
    await world.clock.until('whole', world.isWhole(3), seconds(5))
    await world.clock.advance(seconds(5))
    const [lost, deleted] = pods
    if (!lost || !deleted) throw new Error('there are three')
    await world.setStatus(lost, { phase: 'Failed', reason: 'Terminated', message: 'node shutdown' })
    await world.api.delete(deleted, { gracePeriodSeconds: 0 })
    await world.clock.advance(300)
    expect(world.last()?.level).toMatchObject({
      executors: { total: 1, ready: 1, failed: 1 },
      failures: [{ pod: lost.name, reason: 'Terminated', message: 'node shutdown' }],
    })
    await world.stop(agent)
  })

  it('a pod that waits for a node is no failure, until it has waited for five minutes', async () => {
    const agent = world.start()
    const spark = await world.spark('etl', 1)
    const [pod] = await spark.createExecutors(1, 1)
    const lastTransitionTime = new Date(world.clock.now()).toISOString()
    const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }
    const message = '0/3 nodes are available'
    if (!pod) throw new Error('there is one')
    await world.setStatus(pod, { conditions: [{ ...condition, message, lastTransitionTime }] })
    await world.clock.advance(minutes(4))
    expect(world.last()?.level.failures).toEqual([])
    await world.clock.advance(minutes(3))
    expect(world.last()?.level).toMatchObject({
      executors: { total: 1, ready: 0, failed: 0 },
      failures: [{ pod: pod.name, reason: 'Unschedulable', message }],
    })
    await world.stop(agent)
  })
})

describe('when nothing changes', () => {
  it('nothing is said or written but one heartbeat a minute for the whole workspace', async () => {
    const agent = world.start()
    await world.running('etl', 2)
    await world.running('ml', 2)
    await world.clock.advance(seconds(30))
    const before = world.published.length
    const verbs: string[] = []
    world.beforeAgent = ({ verb, kind }) => void verbs.push(`${verb} ${kind}`)
    await world.clock.advance(minutes(10))
    const beats = world.published.slice(before)
    expect(beats).toHaveLength(10)
    expect(new Set(beats.map(({ cluster }) => cluster))).toEqual(new Set(['etl', 'ml']))
    const written = verbs.filter((verb) => verb.startsWith('patch'))
    expect(written.filter((verb) => verb === 'patch SparkCluster')).toHaveLength(10)
    expect(written.filter((verb) => verb === 'patch Lease').length).toBeLessThanOrEqual(41)
    await world.stop(agent)
  })
})
