// The order of what agents say across restarts, and of two at once (protocol rule 14).
import { beforeEach, describe, expect, it } from 'vitest'
import { agentFixture, type AgentFixture } from '../../../test/agent-fixture.ts'
import { minutes, seconds } from '../../../shared/domain/time.ts'
import { AGENT_LEASE } from '../../../shared/manifests/agent.ts'

let world: AgentFixture
beforeEach(async () => {
  world = await agentFixture()
})

describe('terms', () => {
  it('a restarted agent says everything again, in a later term', async () => {
    const first = world.start()
    await world.running('etl', 2)
    await world.clock.until('whole', world.isWhole(2), seconds(5))
    const before = world.last()
    await world.stop(first)
    const second = world.start()
    await world.clock.until('more', () => world.last() !== before, seconds(5))
    const after = world.last()
    expect(before?.term).toBe(1)
    expect(after).toMatchObject({ term: 2, sequence: 0, level: before?.level })
    await world.stop(second)
  })

  it('of two agents the newest start speaks, and the other when the first is silent', async () => {
    const first = world.start()
    const { pods, spark } = await world.running('etl', 2)
    await world.clock.until('whole', world.isWhole(2), seconds(5))
    const second = world.start()
    await world.clock.advance(seconds(20))
    const from = world.published.length
    const [lost] = pods
    if (lost) await world.api.delete(lost, { gracePeriodSeconds: 0 })
    await world.clock.advance(seconds(10))
    expect(world.published.slice(from).map(({ term }) => term)).toEqual([2])
    await world.stop(second)
    await spark.createExecutors(3, 3)
    await world.clock.advance(minutes(2))
    expect(world.last()).toMatchObject({ term: 3, level: { executors: { total: 2 } } })
    await world.stop(first)
  })

  it('renews its Lease with one call while nobody else writes it, and looks when somebody has', async () => {
    const calls: string[] = []
    const agent = world.start()
    await world.clock.advance(seconds(5))
    world.beforeAgent = ({ verb, kind }) => void (kind === 'Lease' && calls.push(verb))
    await world.clock.advance(minutes(1))
    expect(calls.splice(0)).toEqual(['patch', 'patch', 'patch', 'patch'])
    const labels = { seen: 'by-somebody' }
    await world.api.patch(AGENT_LEASE, { metadata: { labels } })
    await world.clock.advance(seconds(30))
    expect(calls).toEqual(['patch', 'get', 'patch', 'patch'])
    await world.stop(agent)
  })

  it('sequences only rise within a term', async () => {
    const agent = world.start()
    await world.running('etl', 2)
    await world.running('ml', 2)
    await world.clock.advance(minutes(5))
    const sequences = world.published.map(({ sequence }) => sequence)
    expect(sequences).toEqual(sequences.toSorted((one, other) => one - other))
    expect(new Set(sequences).size).toBe(sequences.length)
    await world.stop(agent)
  })

  it('waits for what the workspace step has not created yet', async () => {
    await world.api.delete({ apiVersion: 'v1', kind: 'Namespace', name: 'kindling-system' })
    await world.clock.advance(seconds(5))
    const agent = world.start()
    await world.running('etl', 1)
    await world.clock.advance(seconds(20))
    expect(world.published).toEqual([])
    await world.install()
    await world.clock.until('whole', world.isWhole(1), seconds(40))
    expect(world.last()?.term).toBe(1)
    await world.stop(agent)
  })
})
