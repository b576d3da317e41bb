// The agent while calls fail, watches end and history is lost.
import { beforeEach, describe, expect, it } from 'vitest'
import { agentFixture, type AgentFixture } from '../../../test/agent-fixture.ts'
import { CallError } from '../../../shared/call-error.ts'
import { minutes, seconds } from '../../../shared/domain/time.ts'

let world: AgentFixture
beforeEach(async () => {
  world = await agentFixture()
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
    await world.clock.until('whole', world.isWhole(30), seconds(30))
    expect(lists).toEqual([])
    await world.stop(agent)
  })

  it('a watch that is too old begins again with a list', async () => {
    const agent = world.start()
    const { pods, spark } = await world.running('etl', 5)
    await world.clock.until('whole', world.isWhole(5), seconds(5))
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
    await world.stop(agent)
  })

  it.each(['Pod', 'SparkCluster'])('says nothing while its %s may be out of date', async (out) => {
    const agent = world.start({ heartbeatMs: seconds(5) })
    await world.running('etl', 1)
    await world.clock.until('whole', world.isWhole(1), seconds(5))
    world.beforeAgent = ({ verb, kind }) => {
      if (verb === 'watch' && kind === out) throw new CallError('unavailable', 'no watch now')
    }
    world.engine.closeWatches()
    await world.clock.advance(seconds(1))
    const before = world.published.length
    await world.clock.advance(minutes(2))
    expect(world.published.length).toBe(before)
    await world.stop(agent)
  })

  it('what cannot be published is tried again, and then only the newest level is', async () => {
    const agent = world.start()
    let refused = 0
    world.beforePublish = () => {
      refused++
      throw new CallError('unavailable', 'no topic')
    }
    const { pods } = await world.running('etl', 10)
    await world.clock.advance(minutes(2))
    expect(refused).toBeGreaterThan(3)
    expect(refused).toBeLessThan(20)
    const [lost] = pods
    if (lost) await world.api.delete(lost, { gracePeriodSeconds: 0 })
    world.beforePublish = () => undefined
    await world.clock.advance(seconds(40))
    expect(world.published).toHaveLength(1)
    expect(world.last()?.level.executors).toEqual({ total: 9, ready: 9, failed: 0 })
    await world.stop(agent)
  })

  it('a publish that never ends is given up and tried again', async () => {
    let calls = 0
    const agent = world.start({
      publish: () => (calls++ === 0 ? new Promise<void>(() => undefined) : Promise.resolve()),
    })
    await world.running('etl', 1)
    await world.clock.advance(seconds(15))
    expect(calls).toBe(2)
    await world.stop(agent)
  })
})
