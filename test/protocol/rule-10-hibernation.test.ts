// Protocol rule 10, one level up: a workspace without clusters is marked, its clusters are counted, and it hibernates on the
// version that was marked. A request may come before, between and after each call of that, and hibernation between any two
// of a request: the cluster runs, in a GKE cluster that is there.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clusterRequested } from '../../events/cluster-requested.ts'
import { hours, minutes } from '../../shared/domain/time.ts'
import type { Fields } from '../../shared/ports.ts'
import { acceptCluster } from '../../shared/runtime/accept-cluster.ts'
import { advance } from '../../shared/runtime/advance.ts'
import type { Call } from '../../shared/around.ts'
import { considerHibernation } from '../../shared/runtime/hibernate.ts'
import { takeIn } from '../../shared/runtime/intake.ts'
import { readMoment } from '../../shared/runtime/moment.ts'
import { type Held, named } from './gate.ts'
import { CLUSTER, event, POOL, type Process, type Scene, startScene, WORKSPACE } from './scene.ts'

const SECOND = `${WORKSPACE}/clusters/second`

let scene: Scene
/** A workspace whose last cluster has ended, and which is due to hibernate; its pools are still there. */
beforeEach(async () => {
  scene = await startScene()
  await scene.accept('workspace-requested', 'w-1', { hibernateAfterHours: 1, poolIdleHours: 0 })
  await scene.reach(WORKSPACE, 'RUNNING')
  await scene.run(advance(scene.main.world, WORKSPACE))
  await scene.run(request(scene.main, 'etl'))
  await scene.reach(CLUSTER, 'RUNNING')
  await scene.end(CLUSTER)
  await scene.reach(CLUSTER, 'TERMINATED')
  scene.deaf.add('sweep')
  await scene.run(hibernation(scene.main))
  await scene.clock.advance(hours(1))
})
afterEach(() => scene.stop())

function request({ world }: Process, cluster: string): Promise<string | undefined> {
  const message = { id: cluster, data: event('cluster-requested', cluster, { cluster }) }
  const intake = takeIn(message, clusterRequested)
  if (intake.is === 'refused') throw new Error(intake.reason.message)
  return acceptCluster(world, intake.ref, intake.data)
}

/** A sweep's look at the workspace, and what follows from it. */
async function hibernation({ world }: Process): Promise<void> {
  const moment = await readMoment(world.store, WORKSPACE)
  if (!moment) throw new Error('there is no workspace')
  await considerHibernation(world, moment, 0)
  await advance(world, WORKSPACE)
}

async function write(change: Fields): Promise<void> {
  const from = await scene.store.get(WORKSPACE)
  if (!from) throw new Error('there is no workspace')
  await scene.store.commit([{ op: 'update', from, data: { ...from.data, ...change } }])
}

/** Stops the process before its nth call of the store, counted from 0. */
function stopBefore({ gate }: Process, nth: number): Held {
  let calls = 0
  return gate.hold('before', ({ port }: Call) => port === 'store' && calls++ === nth)
}

/** What came of the request: the cluster runs, and there is one GKE cluster with what it needs. */
async function launched(): Promise<object> {
  scene.deaf.delete('sweep')
  await scene.reach(SECOND, 'RUNNING', hours(3))
  const [workspace, cluster, pool] = await Promise.all([
    scene.entity(WORKSPACE),
    scene.entity(SECOND),
    scene.entity(POOL),
  ])
  await scene.clock.advance(minutes(10))
  const gkeClusters = scene.data.cloud.list().filter((path) => /\/clusters\/[^/]+$/.test(path))
  return {
    isAwake: !('hibernation' in workspace) && !('sleepy' in workspace),
    reason: 'reason' in cluster ? cluster.reason : undefined,
    pool: pool.state,
    gkeClusters: gkeClusters.length,
  }
}

const LAUNCHED = { isAwake: true, reason: undefined, pool: 'RUNNING', gkeClusters: 1 }

const OF_HIBERNATION = Array.from({ length: 12 }, (_, nth) => nth)
const OF_REQUEST = Array.from({ length: 16 }, (_, nth) => nth)
const PAIRS = [3, 4, 5, 6].flatMap((sleepAt) =>
  [3, 4, 5, 7, 9].flatMap((requestAt) =>
    (['request', 'hibernation'] as const).map((first) => [sleepAt, requestAt, first] as const),
  ),
)

describe('rule 10: a workspace without clusters hibernates', () => {
  it('is marked, counted and put to sleep, and woken by the next request', async () => {
    await scene.run(hibernation(scene.main))
    expect(await scene.entity(WORKSPACE)).toMatchObject({
      state: 'RUNNING',
      generation: 2,
      hibernation: 'HIBERNATED',
    })
    await scene.run(request(scene.main, 'second'))
    expect(await scene.entity(WORKSPACE)).toMatchObject({ generation: 3, hibernation: 'WAKING' })
    expect(await scene.entity(SECOND)).toMatchObject({ state: 'PENDING', waitsFor: WORKSPACE })
    expect(await launched()).toEqual(LAUNCHED)
    const told = scene.told.filter(({ data }) => data['hibernation'] !== undefined)
    expect(told.map(({ data }) => data)).toMatchObject([
      { about: 'workspace', state: 'RUNNING', generation: 2, hibernation: 'HIBERNATED' },
      { about: 'workspace', state: 'RUNNING', generation: 3, hibernation: 'WAKING' },
      { about: 'workspace', state: 'RUNNING', generation: 3, hibernation: 'AWAKE' },
    ])
    expect((await scene.entry(WORKSPACE, 'gke-cluster-g3'))?.thing.have).toBe('present')
    expect(await scene.entry(WORKSPACE, 'gke-cluster-g1')).toBeUndefined()
    expect((await scene.entry(WORKSPACE, 'network-g1'))?.thing.have).toBe('present')
  })

  it.each(OF_HIBERNATION)('a request comes before call %i of a hibernation', async (nth) => {
    const sweeper = scene.process()
    const held = stopBefore(sweeper, nth)
    const sleeping = hibernation(sweeper)
    await scene.clock.advance(10)
    await scene.run(request(scene.process(), 'second'))
    held.release()
    await scene.run(sleeping)
    expect(await launched()).toEqual(LAUNCHED)
  })

  it.each(OF_REQUEST)('a hibernation comes before call %i of a request', async (nth) => {
    const slow = scene.process()
    const held = stopBefore(slow, nth)
    const asking = request(slow, 'second')
    await scene.clock.advance(10)
    await scene.run(hibernation(scene.process()))
    held.release()
    await scene.run(asking)
    expect(await launched()).toEqual(LAUNCHED)
  })

  it.each(PAIRS)(
    'stopped before call %i of a hibernation and call %i of a request, the %s goes on first',
    async (sleepAt, requestAt, first) => {
      const [sweeper, slow] = [scene.process(), scene.process()]
      const asked = { stop: stopBefore(slow, requestAt), work: request(slow, 'second') }
      await scene.clock.advance(10)
      const slept = { stop: stopBefore(sweeper, sleepAt), work: hibernation(sweeper) }
      await scene.clock.advance(10)
      for (const { stop, work } of first === 'request' ? [asked, slept] : [slept, asked]) {
        stop.release()
        await scene.run<unknown>(work)
      }
      expect(await launched()).toEqual(LAUNCHED)
    },
  )

  it.each(['it hibernates', 'it is about to be marked'])(
    'a request that found it awake before its time began, and is decided when %s',
    async (when) => {
      const { emptySince } = { emptySince: undefined, ...(await scene.entity(WORKSPACE)) }
      await write({ emptySince: undefined })
      const slow = scene.process()
      const fence = slow.gate.hold('before', named('store.transaction'))
      const asking = request(slow, 'second')
      await scene.clock.advance(10)
      expect(fence.stopped()).toBe(1)
      await write({ emptySince })
      const sweeper = scene.process()
      const mark = sweeper.gate.hold('before', named('store.commit'))
      const sleeping = hibernation(sweeper)
      await scene.clock.advance(10)
      expect(mark.stopped()).toBe(1)
      if (when === 'it hibernates') {
        mark.release()
        await scene.run(sleeping)
      }
      fence.release()
      await scene.run(asking)
      mark.release()
      await scene.run(sleeping)
      const generation = when === 'it hibernates' ? 3 : 1
      expect(await scene.entity(WORKSPACE)).toMatchObject({ generation })
      expect(await launched()).toEqual(LAUNCHED)
    },
  )

  it.each([1, 3, 5, 8, 12])('a request %i minutes after it went to sleep', async (count) => {
    await scene.run(hibernation(scene.main))
    scene.deaf.delete('sweep')
    await scene.clock.advance(minutes(count))
    await scene.run(request(scene.main, 'second'))
    expect(await launched()).toEqual(LAUNCHED)
  })

  it('a process that dies after its mark: the next look counts, and puts it to sleep', async () => {
    const dying = scene.process()
    const held = dying.gate.hold('before', ({ method }) => method === 'transaction')
    const dead = hibernation(dying)
    await scene.clock.advance(10)
    expect(await scene.entity(WORKSPACE)).toMatchObject({ sleepy: true, generation: 1 })
    await scene.run(hibernation(scene.process()))
    expect(await scene.entity(WORKSPACE)).toMatchObject({ generation: 2 })
    held.release()
    await scene.run(dead)
    expect(await scene.entity(WORKSPACE)).toMatchObject({ generation: 2 })
  })

  it('ten requests at once wake it once', async () => {
    await scene.run(hibernation(scene.main))
    const names = ['second', ...Array.from({ length: 9 }, (_, at) => `c${at}`)]
    await scene.run(Promise.all(names.map((name) => request(scene.process(), name))))
    expect(await scene.entity(WORKSPACE)).toMatchObject({ generation: 3, hibernation: 'WAKING' })
    expect(await launched()).toEqual(LAUNCHED)
  })
})
