// A cluster through its whole life, by request events.
import { afterEach, describe, expect, it } from 'vitest'
import { CLUSTER, event, type Loop, WORKSPACE } from './fixture.ts'
import { ask, outcomeOf, startRunning } from './lifecycle.ts'
import { heldBy, inCloud, inKubernetes } from './whole.ts'

let loop: Loop | undefined
afterEach(() => loop?.stop())

const executors = (running: Loop): string[] =>
  inKubernetes(running).filter((name) => name.includes('/executor-'))
const drivers = (running: Loop): string[] =>
  inKubernetes(running).filter((name) => name.includes('/driver-'))
const namespaces = (running: Loop): string[] =>
  inKubernetes(running).filter((name) => !name.includes('/'))

const remove = (running: Loop, id: string, force: boolean): Promise<unknown> =>
  running.stack.publish(
    'workspace-change-requested',
    event('workspace-change-requested', id, { change: { action: 'delete', force } }),
  )

const take = (running: Loop, fault: string, role: string): Promise<unknown> => {
  const [namespace = ''] = namespaces(running)
  return running.stack.faults.set(fault, { namespace, role })
}

const uids = ({ stack }: Loop): (string | undefined)[] =>
  [...stack.data.clusters.values()].flatMap((engine) =>
    engine
      .snapshot('v1', 'Pod')
      .filter(({ metadata: { name } }) => name.startsWith('executor-'))
      .map(({ metadata: { uid } }) => uid),
  )

describe('resize', () => {
  it('up keeps what is there and makes the rest', async () => {
    loop = await startRunning(10)
    const before = [...executors(loop), ...drivers(loop)]
    const outcome = await ask(loop, 'more', { action: 'resize', executors: { count: 70 } })
    expect(outcome).toMatchObject({ is: 'accepted', generation: 2 })
    expect(await loop.cluster()).toMatchObject({
      state: 'RESIZING',
      executors: { requested: 70, ready: 10 },
    })
    await loop.reach(CLUSTER, 'RUNNING')
    expect(await loop.cluster()).toMatchObject({ executors: { requested: 70, ready: 70 } })
    expect(await outcomeOf(loop, 'more')).toMatchObject({ is: 'reached' })
    expect([...executors(loop), ...drivers(loop)]).toEqual(expect.arrayContaining(before))
    expect(executors(loop)).toHaveLength(70)
  })

  it('down lets go what is not wanted, and no more', async () => {
    loop = await startRunning(70)
    const before = executors(loop)
    await ask(loop, 'fewer', { action: 'resize', executors: { count: 30 } })
    await loop.reach(CLUSTER, 'RUNNING')
    expect(await loop.cluster()).toMatchObject({ executors: { requested: 30, ready: 30 } })
    expect(executors(loop)).toHaveLength(30)
    expect(before).toEqual(expect.arrayContaining(executors(loop)))
  })

  it('while it starts, and while it is resized: the newest wish counts, the others say that they were overtaken', async () => {
    loop = await startRunning(10)
    await ask(loop, 'first', { action: 'resize', executors: { count: 120 } })
    await ask(loop, 'second', { action: 'resize', executors: { count: 20 } })
    expect(await outcomeOf(loop, 'first')).toMatchObject({ is: 'superseded', by: 3 })
    await loop.reach(CLUSTER, 'RUNNING')
    expect(executors(loop)).toHaveLength(20)
    await ask(loop, 'stop', { action: 'terminate' })
    await loop.reach(CLUSTER, 'TERMINATED')
    await ask(loop, 'go', { action: 'start' })
    await ask(loop, 'third', { action: 'resize', executors: { count: 5 } })
    expect((await loop.cluster()).state).toBe('PENDING')
    expect(await outcomeOf(loop, 'go')).toMatchObject({ is: 'superseded' })
    await loop.reach(CLUSTER, 'RUNNING')
    expect(executors(loop)).toHaveLength(5)
  })

  it('to a range starts at its least and keeps the range', async () => {
    loop = await startRunning(10)
    const autoscale = { min: 4, max: 40 }
    await ask(loop, 'range', { action: 'resize', executors: { autoscale } })
    await loop.reach(CLUSTER, 'RUNNING')
    expect((await loop.cluster()).spec.executors).toMatchObject({ count: 4, autoscale })
    expect(executors(loop)).toHaveLength(4)
  })
})

describe('restart', () => {
  it('makes driver and executors anew in the same namespace, the old ones gone first', async () => {
    loop = await startRunning(10)
    const before = { pods: [...executors(loop), ...drivers(loop)], spaces: namespaces(loop) }
    await ask(loop, 'again', { action: 'restart' })
    expect((await loop.cluster()).state).toBe('RESTARTING')
    await loop.reach(CLUSTER, 'RUNNING')
    expect(await loop.cluster()).toMatchObject({ executors: { requested: 10, ready: 10 } })
    const after = [...executors(loop), ...drivers(loop)]
    expect(after).toHaveLength(11)
    expect(after.filter((name) => before.pods.includes(name))).toEqual([])
    expect(namespaces(loop)).toEqual(before.spaces)
  })

  it('with other settings, by an edit', async () => {
    loop = await startRunning(10)
    const { autoterminationMinutes: _, ...spec } = (await loop.cluster()).spec
    const settings = {
      ...spec,
      executors: { count: 3, machineType: 'n2-standard-4' },
      autoterminationMinutes: 0,
    }
    await ask(loop, 'edit', { action: 'edit', settings })
    expect((await loop.cluster()).state).toBe('RESTARTING')
    await loop.reach(CLUSTER, 'RUNNING')
    expect(executors(loop)).toHaveLength(3)
    // The pool of the machines before is no longer used, so it may be retired.
    const uses = heldBy(loop, CLUSTER).filter((path) => path.includes('/uses/'))
    expect(uses.map((path) => path.split('/').at(-3))).toEqual(['n2-standard-4'])
  })
})

describe('terminate, start, delete', () => {
  it('ends, keeps other settings for the next start, starts with the same id, and is forgotten', async () => {
    loop = await startRunning(10)
    await ask(loop, 'stop', { action: 'terminate' })
    await loop.reach(CLUSTER, 'TERMINATED')
    expect(inKubernetes(loop)).toEqual([])
    const settings = {
      ...(await loop.cluster()).spec,
      executors: { count: 2, machineType: 'n2-standard-8' },
    }
    expect(await ask(loop, 'later', { action: 'edit', settings })).toMatchObject({ is: 'reached' })
    expect(await loop.cluster()).toMatchObject({ state: 'TERMINATED' })

    await ask(loop, 'go', { action: 'start' })
    await loop.reach(CLUSTER, 'RUNNING')
    expect(executors(loop)).toHaveLength(2)

    await ask(loop, 'forget', { action: 'delete' })
    const running = loop
    await loop.clock.until('gone', async () => !(await running.entity(CLUSTER)), 30 * 60_000)
    expect(await outcomeOf(loop, 'forget')).toMatchObject({ is: 'reached' })
    expect(inKubernetes(loop)).toEqual([])
    expect(heldBy(loop, CLUSTER)).toEqual([])

    expect(await ask(loop, 'late', { action: 'start' })).toMatchObject({
      is: 'rejected',
      reason: { code: 'RESOURCE_DOES_NOT_EXIST', field: 'data.cluster' },
    })
    // A new cluster of the same id takes none of the names before it.
    await loop.stack.publish('cluster-requested', event('cluster-requested', 'c-2'))
    await loop.reach(CLUSTER, 'RUNNING')
    expect((await loop.cluster()).generation).toBe(5)
  })

  it('at any moment of a launch: what it has made goes', async () => {
    loop = await startRunning(10)
    await ask(loop, 'restart', { action: 'restart' })
    await ask(loop, 'stop', { action: 'terminate' })
    expect(await outcomeOf(loop, 'restart')).toMatchObject({ is: 'superseded' })
    await loop.reach(CLUSTER, 'TERMINATED')
    expect(inKubernetes(loop)).toEqual([])
  })
})

describe('a workspace', () => {
  it('is not deleted while a cluster lives, unless forced; then everything goes', async () => {
    loop = await startRunning(10)
    await remove(loop, 'w-no', false)
    expect(await outcomeOf(loop, 'w-no')).toMatchObject({
      is: 'rejected',
      reason: { code: 'INVALID_STATE', field: 'data.change.force' },
    })
    expect(await loop.entity(WORKSPACE)).toMatchObject({ want: 'up', state: 'RUNNING' })
    await remove(loop, 'w-yes', true)
    await loop.reach(WORKSPACE, 'NOT_PROVISIONED')
    expect(await loop.cluster()).toMatchObject({
      state: 'TERMINATED',
      reason: { code: 'WORKSPACE_CANCELLED_ERROR' },
    })
    expect(inCloud(loop, true)).toEqual([])
    expect(heldBy(loop, WORKSPACE)).toEqual([])
    expect(await outcomeOf(loop, 'w-yes')).toMatchObject({ is: 'reached' })
  })

  it('without live clusters goes without force, and can be had again', async () => {
    loop = await startRunning(1)
    await ask(loop, 'stop', { action: 'terminate' })
    await loop.reach(CLUSTER, 'TERMINATED')
    await remove(loop, 'w-yes', false)
    await loop.reach(WORKSPACE, 'NOT_PROVISIONED')
    expect(inCloud(loop, true)).toEqual([])
    await loop.stack.publish('workspace-requested', event('workspace-requested', 'w-2'))
    await loop.reach(WORKSPACE, 'RUNNING')
    await ask(loop, 'go', { action: 'start' })
    await loop.reach(CLUSTER, 'RUNNING')
  })
})

describe('a lost machine', () => {
  it.each([
    ['lose-node', 'dies'],
    ['preempt', 'is taken away, and its pod keeps its name (rule *spot*)'],
  ])('%s: the machine of an executor %s; the executor is made again', async (fault) => {
    loop = await startRunning(10)
    const before = uids(loop)
    await take(loop, fault, 'executor')
    const running = loop
    const isShort = async (): Promise<boolean> => {
      const cluster = await running.cluster()
      return cluster.state === 'RUNNING' && cluster.executors.ready === 9
    }
    await loop.clock.until('short of one', isShort, 5 * 60_000)
    expect(await loop.cluster()).toMatchObject({
      state: 'RUNNING',
      reason: { type: 'CLOUD_FAILURE' },
    })
    const isWhole = async (): Promise<boolean> => {
      const cluster = await running.cluster()
      return cluster.state === 'RUNNING' && cluster.executors.ready === 10 && !cluster.reason
    }
    await loop.clock.until('whole again', isWhole, 10 * 60_000)
    expect(executors(loop)).toHaveLength(10)
    expect(uids(loop).filter((uid) => !before.includes(uid))).toHaveLength(1)
  })

  it('of the driver: the driver is made again, and the cluster says so meanwhile', async () => {
    loop = await startRunning(3)
    await take(loop, 'lose-node', 'driver')
    const running = loop
    const has = async (is: boolean): Promise<boolean> => {
      const cluster = await running.cluster()
      return cluster.state === 'RUNNING' && (cluster.reason === undefined) === is
    }
    await loop.clock.until('without a driver', () => has(false), 5 * 60_000)
    expect(await loop.cluster()).toMatchObject({ reason: { code: 'DRIVER_UNAVAILABLE' } })
    await loop.clock.until('whole again', () => has(true), 10 * 60_000)
    expect(drivers(loop)).toHaveLength(1)
  })
})
