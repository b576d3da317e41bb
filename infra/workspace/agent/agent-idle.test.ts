// Activity and drain marks (protocol rule 13).
import { beforeEach, describe, expect, it } from 'vitest'
import { agentFixture, type AgentFixture } from '../../../test/agent-fixture.ts'
import { seconds } from '../../../shared/domain/time.ts'
import type { Activity } from './level.ts'

let world: AgentFixture
beforeEach(async () => {
  world = await agentFixture()
})

describe('idle (rule 13)', () => {
  const idle: Activity = { runningJobs: 0, openSessions: 0, lastActiveAt: 1 }
  const busy: Activity = { runningJobs: 2, openSessions: 1, lastActiveAt: 2 }

  it('activity is unknown without somebody to ask', async () => {
    const agent = world.start()
    const { spark } = await world.running('etl', 1)
    await world.clock.until('whole', world.isWhole(1), seconds(5))
    expect(world.last()?.level).not.toHaveProperty('activity')
    await world.api.patch(spark.ref, { spec: { drain: 'idle-1' } })
    await world.clock.advance(seconds(1))
    expect(world.last()?.level).toMatchObject({ drainSeen: 'idle-1' })
    expect(world.last()?.level).not.toHaveProperty('activity')
    await world.stop(agent)
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
    const { spark } = await world.running('etl', 1)
    await world.clock.advance(seconds(3))
    expect(world.last()?.level).toMatchObject({ activity: busy })
    // The next question is being answered while the mark is set and the work ends.
    const next = (asked.at(-1) ?? 0) + 500 + seconds(5)
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
    await world.stop(agent)
  })

  it('a driver that cannot be asked is unknown, not idle', async () => {
    const agent = world.start({ activity: () => Promise.reject(new Error('refused')) })
    await world.running('etl', 1)
    await world.clock.advance(seconds(20))
    expect(world.last()?.level).not.toHaveProperty('activity')
    await world.stop(agent)
  })
})
