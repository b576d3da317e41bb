// A workspace that hibernates is awake at the hours of its schedule, before anybody asks for a cluster.
import { afterEach, describe, expect, it } from 'vitest'
import { virtualClock } from '../../infra/local/clock.ts'
import type { InProcessOptions } from '../../infra/local/stack/in-process.ts'
import type { Entity } from '../../shared/domain/entity.ts'
import { canLaunch } from '../../shared/domain/hibernation.ts'
import { hours, type Instant, minutes } from '../../shared/domain/time.ts'
import { CLUSTER, type Loop, WORKSPACE } from './fixture.ts'
import { askForCluster, counted, end, inCloud, startAfterCluster, WITH_POOLS } from './whole.ts'

/** A Thursday; the loop begins on it at midnight, UTC, an hour later in Berlin. */
const HOUR = Date.parse('2026-01-01T07:30Z')
const TOMORROW = HOUR + hours(24)
const LEAD = minutes(15)
const WEEK = hours(7 * 24)

const DATA = {
  hibernateAfterHours: 1,
  prewarm: {
    days: ['MO', 'TU', 'WE', 'TH', 'FR'],
    hour: 8,
    minute: 30,
    timeZone: 'Europe/Berlin',
  },
}

const hintless: Partial<InProcessOptions> = {
  busKnobs: {
    drop: (name) => !['workspace-requested', 'cluster-requested', 'sweep'].includes(name),
  },
  hostKnobs: { drop: () => true },
}

let loop: Loop
afterEach(() => loop.stop())

async function workspace(): Promise<Entity> {
  const found = await loop.entity(WORKSPACE)
  if (!found) throw new Error('there is no workspace')
  return found
}

const isAsleep = async (): Promise<boolean> => {
  const found = await workspace()
  return 'hibernation' in found && found.hibernation === 'HIBERNATED'
}
const moveTo = (instant: Instant): Promise<void> => loop.clock.advance(instant - loop.clock.now())
const gke = (): string[] => inCloud(loop).filter((path) => path.includes('/clusters/'))

/** Asleep since the small hours. */
async function asleep(options: Partial<InProcessOptions> = {}): Promise<void> {
  loop = await startAfterCluster(DATA, options)
  await moveTo(HOUR - LEAD - minutes(2))
  expect(await isAsleep()).toBe(true)
  expect(gke()).toEqual([])
}

describe('a workspace with a schedule', () => {
  it.each([
    ['told everything', {}],
    ['told nothing', hintless],
  ])('is awake at its hour, for four hours, and each day again: %s', async (_, options) => {
    await asleep(options)
    await moveTo(HOUR)
    expect(canLaunch(await workspace())).toBe(true)
    expect(await workspace()).toMatchObject({ prewarmedFor: HOUR, request: 'prewarm-3' })
    await moveTo(HOUR + hours(4))
    expect(canLaunch(await workspace())).toBe(true)
    await moveTo(HOUR + hours(6))
    expect(await isAsleep()).toBe(true)
    expect(gke()).toEqual([])
    await moveTo(TOMORROW)
    expect(canLaunch(await workspace())).toBe(true)
    expect(await workspace()).toMatchObject({ prewarmedFor: TOMORROW })
    // No day of the schedule until Monday.
    await moveTo(TOMORROW + hours(6))
    const { generation } = await workspace()
    await moveTo(TOMORROW + hours(70))
    expect(await workspace()).toMatchObject({ generation, hibernation: 'HIBERNATED' })
    await moveTo(TOMORROW + hours(72))
    expect(canLaunch(await workspace())).toBe(true)
  })

  it('launches at its hour as if it had never slept, and stays awake as usual after that', async () => {
    await asleep()
    await moveTo(HOUR)
    await askForCluster(loop, { id: 'c-2' })
    await loop.reach(CLUSTER, 'RUNNING', minutes(6))
    expect(await workspace()).not.toHaveProperty('prewarmedFor')
    expect(counted(loop)).toMatchObject(WITH_POOLS)
    await end(loop, CLUSTER)
    await loop.reach(CLUSTER, 'TERMINATED')
    await moveTo(HOUR + hours(4) - minutes(1))
    expect(await isAsleep()).toBe(false)
    await moveTo(HOUR + hours(5))
    expect(await isAsleep()).toBe(true)
  })

  it('does not go to sleep shortly before its hour', async () => {
    loop = await startAfterCluster({ ...DATA, hibernateAfterHours: 6 }, {})
    await moveTo(HOUR - minutes(5))
    expect(await workspace()).toHaveProperty('emptySince')
    const before = await workspace()
    await moveTo(HOUR + hours(4))
    expect(await workspace()).toEqual(before)
    await moveTo(HOUR + hours(5))
    expect(await isAsleep()).toBe(true)
  })

  it('is deleted while it is being woken', async () => {
    await asleep()
    await moveTo(HOUR - LEAD + minutes(3))
    expect(await workspace()).toMatchObject({ hibernation: 'WAKING' })
    await end(loop, WORKSPACE)
    await loop.reach(WORKSPACE, 'NOT_PROVISIONED')
    await moveTo(TOMORROW + hours(1))
    expect(inCloud(loop)).toEqual([])
    expect(await workspace()).toMatchObject({ state: 'NOT_PROVISIONED' })
  })

  it('is whole when it wakes, whatever of its network somebody took away meanwhile', async () => {
    loop = await startAfterCluster({ ...DATA, prewarm: undefined }, {})
    await loop.clock.advance(WEEK)
    expect(await isAsleep()).toBe(true)
    const before = inCloud(loop)
    const routers = before.filter((path) => path.includes('/routers/'))
    expect(routers).toHaveLength(1)
    for (const path of routers) await remove(path)
    expect(inCloud(loop)).toHaveLength(before.length - 1)
    await askForCluster(loop, { id: 'c-2' })
    await loop.reach(CLUSTER, 'RUNNING')
    expect(inCloud(loop)).toEqual(expect.arrayContaining(before))
  })
})

/** Takes a router away, as somebody with a console does. */
async function remove(path: string): Promise<void> {
  const found = await workspace()
  if (found.kind !== 'workspace') throw new Error('there is no workspace')
  const { account, workspace: id, spec } = found
  const { project, region, serviceAccount } = spec
  const identity = { account, workspace: id, project, region, serviceAccount }
  const name = path.split('/').at(-1) ?? ''
  await loop.stack.world.network(identity).delete('routers', name, crypto.randomUUID())
  await loop.clock.advance(minutes(1))
}

describe('a clock that jumps', () => {
  /** The store's clock and everybody's, ahead of the one that moves time. */
  let ahead = 0
  async function asleepByClock(): Promise<void> {
    ahead = 0
    const clock = virtualClock(1)
    const jumping = { ...clock, now: () => clock.now() + ahead }
    loop = await startAfterCluster(DATA, { clock: jumping }, clock)
    await moveTo(HOUR - LEAD - minutes(2))
    expect(await isAsleep()).toBe(true)
  }

  it('a week forward, past seven hours of the schedule: wakes for none of them', async () => {
    await asleepByClock()
    const { generation } = await workspace()
    ahead = WEEK + hours(3)
    await loop.clock.advance(hours(2))
    expect(await workspace()).toMatchObject({ generation, hibernation: 'HIBERNATED' })
    // The next one, by the clock that has jumped, is Friday's.
    await moveTo(TOMORROW - hours(3))
    expect(canLaunch(await workspace())).toBe(true)
    expect(await workspace()).toMatchObject({ generation: generation + 1 })
  })

  it('a week forward into an hour of the schedule: wakes once', async () => {
    await asleepByClock()
    const { generation } = await workspace()
    ahead = WEEK
    await loop.clock.advance(hours(1))
    expect(canLaunch(await workspace())).toBe(true)
    expect(await workspace()).toMatchObject({ generation: generation + 1 })
  })

  it('a week forward while it is awake for nobody: what nobody saw pass does not send it to sleep', async () => {
    await asleepByClock()
    await moveTo(HOUR + hours(1))
    const { generation } = await workspace()
    ahead = WEEK + hours(5)
    await loop.clock.advance(minutes(50))
    expect(await workspace()).toMatchObject({ generation })
    expect(canLaunch(await workspace())).toBe(true)
  })

  it('a week back: neither woken nor sent to sleep, and a cluster that is asked for wakes it', async () => {
    await asleepByClock()
    const { generation } = await workspace()
    ahead = -WEEK
    await loop.clock.advance(hours(30))
    expect(await workspace()).toMatchObject({ generation, hibernation: 'HIBERNATED' })
    await askForCluster(loop, { id: 'c-2' })
    await loop.reach(CLUSTER, 'RUNNING')
    expect(await workspace()).toMatchObject({ generation: generation + 1 })
  })

  it('a week back while it is awake for its hour: it stays awake', async () => {
    await asleepByClock()
    await moveTo(HOUR)
    const { generation } = await workspace()
    ahead = -WEEK
    await loop.clock.advance(hours(30))
    expect(await workspace()).toMatchObject({ generation, state: 'RUNNING' })
    expect(canLaunch(await workspace())).toBe(true)
  })
})
