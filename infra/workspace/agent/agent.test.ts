// The agent against the embedded Kubernetes on a virtual clock.
import { beforeEach, describe, expect, it } from 'vitest'
import { CallError } from '../../../shared/call-error.ts'
import { minutes, seconds } from '../../../shared/domain/time.ts'
import type { Agent } from './agent.ts'
import { agentFixture, type AgentFixture } from './agent-fixture.ts'
import type { Activity } from './level.ts'

let world: AgentFixture
beforeEach(async () => {
  world = await agentFixture()
})

/** Ends an agent while its last waits run out. */
async function stop(agent: Agent): Promise<void> {
  const stopping = agent.stop()
  await world.clock.advance(seconds(20))
  await stopping
}

const isWhole = (executors: number) => (): boolean => {
  const level = world.last()?.level
  return level?.driver === 'ready' && level.executors.ready === executors
}

async function runningCluster(cluster: string, executors: number) {
  const spark = await world.spark(cluster, executors)
  const driver = await spark.createDriver()
  const pods = await spark.createExecutors(1, executors)
  await Promise.all([driver, ...pods].map((pod) => world.setReady(pod)))
  return { spark, driver, pods }
}

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
    await world.clock.until('all pods ready', isWhole(1000), minutes(2))
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
    await stop(agent)
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
    await world.clock.until('the last word', isWhole(20), 300)
    expect(world.clock.now() - readyAt).toBeLessThanOrEqual(250)
    const times = world.published.map(({ observedAt }) => observedAt)
    for (const [at, time] of times.slice(1).entries()) {
      expect(time - (times[at] ?? 0)).toBeGreaterThanOrEqual(250)
    }
    await stop(agent)
  })

  it('leaves the same level in the custom resource, for the sweep to pull', async () => {
    const agent = world.start()
    const { spark } = await runningCluster('etl', 2)
    await world.clock.until('whole', isWhole(2), seconds(5))
    const { term, sequence, observedAt, level } = world.last() ?? {}
    expect((await world.api.get(spark.ref))?.status).toEqual({ term, sequence, observedAt, level })
    await stop(agent)
  })
})

describe('what counts', () => {
  it('pods of another life of the cluster do not', async () => {
    const old = await runningCluster('etl', 3)
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
    await stop(agent)
  })

  it('executors that are lost are said at once, and those that are deleted count no more', async () => {
    const agent = world.start()
    const { pods } = await runningCluster('etl', 3)
    await world.clock.until('whole', isWhole(3), seconds(5))
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
    await stop(agent)
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
    await stop(agent)
  })
})

describe('when nothing changes', () => {
  it('nothing is said or written but one heartbeat a minute for the whole workspace', async () => {
    const agent = world.start()
    await runningCluster('etl', 2)
    await runningCluster('ml', 2)
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
    await stop(agent)
  })
})

describe('trouble', () => {
  it('watches that the server closes are resumed without a loss', async () => {
    const agent = world.start()
    const spark = await world.spark('etl', 30)
    await world.setReady(await spark.createDriver())
    const lists: string[] = []
    await world.clock.advance(seconds(1))
    world.beforeAgent = ({ verb, kind }) => void (verb === 'list' && lists.push(kind))
    for (let batch = 0; batch < 10; batch++) {
      const pods = await spark.createExecutors(batch * 3 + 1, batch * 3 + 3)
      world.engine.closeWatches()
      await Promise.all(pods.map((pod) => world.setReady(pod)))
      await world.clock.advance(40)
    }
    await world.clock.until('whole', isWhole(30), seconds(30))
    expect(lists).toEqual([])
    await stop(agent)
  })

  it('a watch that is too old begins again with a list', async () => {
    const agent = world.start()
    const { pods, spark } = await runningCluster('etl', 5)
    await world.clock.until('whole', isWhole(5), seconds(5))
    let isRefused = true
    world.beforeAgent = ({ verb }) => {
      if (isRefused && verb === 'watch') throw new CallError('unavailable', 'no watch now')
    }
    world.engine.closeWatches()
    await world.clock.advance(10)
    const [gone] = pods
    if (gone) await world.api.delete(gone, { gracePeriodSeconds: 0 })
    await spark.createExecutors(6, 6)
    world.engine.compact()
    isRefused = false
    await world.clock.advance(minutes(1))
    expect(world.last()?.level.executors).toEqual({ total: 5, ready: 4, failed: 0 })
    await stop(agent)
  })

  it.each(['Pod', 'SparkCluster'])('says nothing while its %s may be out of date', async (out) => {
    const agent = world.start({ heartbeatMs: seconds(5) })
    await runningCluster('etl', 1)
    await world.clock.until('whole', isWhole(1), seconds(5))
    world.beforeAgent = ({ verb, kind }) => {
      if (verb === 'watch' && kind === out) throw new CallError('unavailable', 'no watch now')
    }
    world.engine.closeWatches()
    await world.clock.advance(seconds(1))
    const before = world.published.length
    await world.clock.advance(minutes(2))
    expect(world.published.length).toBe(before)
    await stop(agent)
  })

  it('what cannot be published is tried again, and then only the newest level is', async () => {
    const agent = world.start()
    let refused = 0
    world.beforePublish = () => {
      refused++
      throw new CallError('unavailable', 'no topic')
    }
    const { pods } = await runningCluster('etl', 10)
    await world.clock.advance(minutes(2))
    expect(refused).toBeGreaterThan(3)
    expect(refused).toBeLessThan(20)
    const [lost] = pods
    if (lost) await world.api.delete(lost, { gracePeriodSeconds: 0 })
    world.beforePublish = () => undefined
    await world.clock.advance(seconds(40))
    expect(world.published).toHaveLength(1)
    expect(world.last()?.level.executors).toEqual({ total: 9, ready: 9, failed: 0 })
    await stop(agent)
  })

  it('a publish that never ends is given up and tried again', async () => {
    let calls = 0
    const agent = world.start({
      publish: () => (calls++ === 0 ? new Promise<void>(() => undefined) : Promise.resolve()),
    })
    await runningCluster('etl', 1)
    await world.clock.advance(seconds(15))
    expect(calls).toBe(2)
    await stop(agent)
  })
})

describe('terms', () => {
  it('a restarted agent says everything again, in a later term', async () => {
    const first = world.start()
    await runningCluster('etl', 2)
    await world.clock.until('whole', isWhole(2), seconds(5))
    const before = world.last()
    await stop(first)
    const second = world.start()
    await world.clock.until('more', () => world.last() !== before, seconds(5))
    const after = world.last()
    expect(before?.term).toBe(1)
    expect(after).toMatchObject({ term: 2, sequence: 0, level: before?.level })
    await stop(second)
  })

  it('of two agents the newest start speaks, and the other when the first is silent', async () => {
    const first = world.start()
    const { pods, spark } = await runningCluster('etl', 2)
    await world.clock.until('whole', isWhole(2), seconds(5))
    const second = world.start()
    await world.clock.advance(seconds(20))
    const from = world.published.length
    const [lost] = pods
    if (lost) await world.api.delete(lost, { gracePeriodSeconds: 0 })
    await world.clock.advance(seconds(10))
    expect(world.published.slice(from).map(({ term }) => term)).toEqual([2])
    await stop(second)
    await spark.createExecutors(3, 3)
    await world.clock.advance(minutes(2))
    expect(world.last()).toMatchObject({ term: 3, level: { executors: { total: 2 } } })
    await stop(first)
  })

  it('sequences only rise within a term', async () => {
    const agent = world.start()
    await runningCluster('etl', 2)
    await runningCluster('ml', 2)
    await world.clock.advance(minutes(5))
    const sequences = world.published.map(({ sequence }) => sequence)
    expect(sequences).toEqual(sequences.toSorted((one, other) => one - other))
    expect(new Set(sequences).size).toBe(sequences.length)
    await stop(agent)
  })

  it('waits for what the workspace step has not created yet', async () => {
    await world.api.delete({ apiVersion: 'v1', kind: 'Namespace', name: 'kindling-system' })
    await world.clock.advance(seconds(5))
    const agent = world.start()
    await runningCluster('etl', 1)
    await world.clock.advance(seconds(20))
    expect(world.published).toEqual([])
    await world.api.create({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'kindling-system' },
    })
    await world.clock.until('whole', isWhole(1), seconds(40))
    expect(world.last()?.term).toBe(1)
    await stop(agent)
  })
})

describe('idle (rule 13)', () => {
  const idle: Activity = { runningJobs: 0, openSessions: 0, lastActiveAt: 1 }
  const busy: Activity = { runningJobs: 2, openSessions: 1, lastActiveAt: 2 }

  it('activity is unknown without somebody to ask', async () => {
    const agent = world.start()
    const { spark } = await runningCluster('etl', 1)
    await world.clock.until('whole', isWhole(1), seconds(5))
    expect(world.last()?.level).not.toHaveProperty('activity')
    await world.api.patch(spark.ref, { spec: { drain: 'idle-1' } })
    await world.clock.advance(seconds(1))
    expect(world.last()?.level).toMatchObject({ drainSeen: 'idle-1' })
    expect(world.last()?.level).not.toHaveProperty('activity')
    await stop(agent)
  })

  it('a drain mark is reported only with an activity that was asked for after it was seen', async () => {
    const asked: number[] = []
    let answer = busy
    const agent = world.start({
      activity: async () => {
        asked.push(world.clock.now())
        const now = answer
        await world.clock.sleep(500)
        return now
      },
    })
    const { spark } = await runningCluster('etl', 1)
    await world.clock.advance(seconds(3))
    expect(world.last()?.level).toMatchObject({ activity: busy })
    // The next question is being answered while the mark is set and the work ends.
    const next = (asked.at(-1) ?? 0) + 500 + seconds(15)
    await world.clock.advance(next - world.clock.now() + 100)
    answer = idle
    await world.api.patch(spark.ref, { spec: { drain: 'idle-1' } })
    const before = world.published.length
    await world.clock.advance(seconds(3))
    const reports = world.published.slice(before).map(({ level }) => level)
    expect(reports.filter(({ drainSeen }) => drainSeen)).toMatchObject([
      { activity: idle, drainSeen: 'idle-1' },
    ])
    await world.api.patch(spark.ref, { spec: { drain: null } })
    await world.clock.advance(seconds(3))
    expect(world.last()?.level).not.toHaveProperty('drainSeen')
    expect((await world.api.get(spark.ref))?.status?.['level']).not.toHaveProperty('drainSeen')
    await stop(agent)
  })

  it('a driver that cannot be asked is unknown, not idle', async () => {
    const agent = world.start({ activity: () => Promise.reject(new Error('refused')) })
    await runningCluster('etl', 1)
    await world.clock.advance(seconds(20))
    expect(world.last()?.level).not.toHaveProperty('activity')
    await stop(agent)
  })
})
