// Clusters whose size follows their load, between the least and the most that their user gave. Time that passes is virtual.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { minutes, seconds } from '../../shared/domain/time.ts'
import { CLUSTER, type Loop, startLoop, WORKSPACE } from './fixture.ts'
import { ask } from './lifecycle.ts'
import { askForCluster, askForWorkspace, inKubernetes } from './whole.ts'

/** Executors of 8 slots each. */
const RANGE = { min: 2, max: 10 }

let loop: Loop
beforeEach(async () => {
  loop = await startLoop()
  await askForWorkspace(loop)
  await loop.reach(WORKSPACE, 'RUNNING')
  await askForCluster(loop, { autoscale: RANGE })
  await loop.reach(CLUSTER, 'RUNNING')
})
afterEach(() => loop.stop())

type Work = Parameters<Loop['stack']['data']['drivers']['set']>[1]

function driverHas(work: Work): void {
  const pod = inKubernetes(loop).find((name) => name.includes('driver')) ?? ''
  loop.stack.data.drivers.set(pod.slice(0, pod.indexOf('/')), work)
}

const tasks = (runningTasks: number, pendingTasks: number): Work => ({
  runningJobs: 1,
  openSessions: 1,
  runningTasks,
  pendingTasks,
})
const NOTHING: Work = { runningJobs: 0, openSessions: 0, runningTasks: 0, pendingTasks: 0 }

const count = async (): Promise<number> => (await loop.cluster()).spec.executors.count

/** The executors' indexes. */
const indexes = (): number[] =>
  inKubernetes(loop)
    .flatMap((name) => /executor-(\d+)/.exec(name)?.slice(1) ?? [])
    .map(Number)
    .toSorted((a, b) => a - b)

async function grow(to: number): Promise<void> {
  driverHas(tasks(16, to * 8 - 16))
  await loop.clock.until(`${to} executors wanted`, async () => (await count()) === to, seconds(30))
  await loop.reach(CLUSTER, 'RUNNING')
}

describe('a backlog', () => {
  it('brings more executors within seconds, and says so on the cluster', async () => {
    expect(await loop.cluster()).toMatchObject({ spec: { executors: { count: 2 } } })
    driverHas(tasks(16, 20))
    await loop.clock.until('resizing', async () => (await count()) === 5, seconds(30))
    expect(await loop.cluster()).toMatchObject({
      state: 'RESIZING',
      generation: 2,
      spec: { executors: { autoscale: { min: 2, max: 10 } } },
      autoscaled: [{ from: 2, to: 5, why: expect.stringContaining('20 tasks wait') }],
    })
    await loop.reach(CLUSTER, 'RUNNING')
    expect(await loop.cluster()).toMatchObject({ executors: { requested: 5, ready: 5 } })
    expect(indexes()).toEqual([1, 2, 3, 4, 5])
    const facts = await loop.stack.store.list(`${CLUSTER}/facts`)
    const told = facts.map(({ path }) => path.split('/').at(-1)?.replace(/-\d+$/, ''))
    expect(told).toEqual(expect.arrayContaining(['2-resizing', '2-running']))
  })

  it('brings no more than the range allows, however long it is', async () => {
    await grow(10)
    driverHas(tasks(80, 5000))
    await loop.clock.advance(minutes(20))
    expect(await count()).toBe(10)
    expect(await loop.cluster()).toMatchObject({ generation: 2 })
  })
})

describe('executors that are too many', () => {
  it('go step by step within minutes, the last ones first, down to the least', async () => {
    await grow(10)
    driverHas(NOTHING)
    await loop.clock.advance(seconds(100))
    expect(await count()).toBe(10)
    await loop.clock.until('the least', async () => (await count()) === 2, minutes(25))
    await loop.reach(CLUSTER, 'RUNNING')
    expect(indexes()).toEqual([1, 2])
    const { autoscaled = [] } = await loop.cluster()
    expect(autoscaled.map(({ to }) => to)).toEqual([2, 3, 4, 6, 10])
  })

  it('stay while tasks run on them', async () => {
    await grow(10)
    driverHas(tasks(73, 0))
    await loop.clock.advance(minutes(30))
    expect(await count()).toBe(10)
    driverHas(tasks(30, 0))
    await loop.clock.advance(minutes(30))
    expect(await count()).toBe(4)
  })

  it('stay while nobody knows what they work on', async () => {
    await grow(10)
    driverHas(undefined)
    await loop.clock.advance(minutes(30))
    expect(await count()).toBe(10)
  })
})

describe('its user', () => {
  it('overtakes: a size of their own ends the range', async () => {
    driverHas(tasks(16, 200))
    await loop.clock.until('growing', async () => (await count()) === 10, seconds(30))
    await ask(loop, 'mine', { action: 'resize', executors: { count: 3 } })
    await loop.reach(CLUSTER, 'RUNNING')
    await loop.clock.advance(minutes(10))
    expect(await loop.cluster()).toMatchObject({ executors: { requested: 3, ready: 3 } })
    expect((await loop.cluster()).spec.executors).not.toHaveProperty('autoscale')
  })

  it('may ask for the same cluster again: where in its range it stands is no setting', async () => {
    await grow(5)
    await askForCluster(loop, { id: 'c-2', autoscale: RANGE })
    await loop.clock.advance(seconds(5))
    expect(await loop.cluster()).toMatchObject({ generation: 2, state: 'RUNNING' })
    expect(await count()).toBe(5)
  })

  it('finds it at its least after a restart', async () => {
    await grow(5)
    driverHas(NOTHING)
    await ask(loop, 'anew', { action: 'restart' })
    await loop.reach(CLUSTER, 'RUNNING')
    expect(await count()).toBe(2)
  })
})

it('with every hint lost, the sweep alone grows and shrinks it', async () => {
  await loop.stop()
  const kept = ['workspace-requested', 'cluster-requested', 'sweep']
  loop = await startLoop({
    busKnobs: { drop: (name) => !kept.includes(name) },
    hostKnobs: { drop: () => true },
  })
  await askForWorkspace(loop)
  await loop.reach(WORKSPACE, 'RUNNING')
  await askForCluster(loop, { autoscale: RANGE })
  await loop.reach(CLUSTER, 'RUNNING')
  driverHas(tasks(16, 64))
  await loop.clock.until('grown', async () => (await count()) === 10, minutes(15))
  await loop.reach(CLUSTER, 'RUNNING')
  driverHas(NOTHING)
  await loop.clock.until('the least', async () => (await count()) === 2, minutes(60))
  await loop.reach(CLUSTER, 'RUNNING')
  expect(indexes()).toEqual([1, 2])
})
