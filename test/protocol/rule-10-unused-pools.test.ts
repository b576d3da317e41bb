// Protocol rule 10: a pool that nobody uses is marked, its uses are counted, and it goes on the version that was marked.
// A launch may come before, between and after each call of that, and a retirement between any two of a launch: the launch
// wins, without an error, and what it uses is there.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clusterRequested } from '../../events/cluster-requested.ts'
import { hours, minutes } from '../../shared/domain/time.ts'
import type { Fields } from '../../shared/ports.ts'
import { acceptCluster } from '../../shared/runtime/accept-cluster.ts'
import { advance } from '../../shared/runtime/advance.ts'
import type { Call } from '../../shared/around.ts'
import { takeIn } from '../../shared/runtime/intake.ts'
import { readMoment } from '../../shared/runtime/moment.ts'
import { considerUnused } from '../../shared/runtime/retire-pool.ts'
import { type Held, named } from './gate.ts'
import { CLUSTER, event, POOL, type Process, type Scene, startScene, WORKSPACE } from './scene.ts'

const SECOND = `${WORKSPACE}/clusters/second`

let scene: Scene
/** A pool whose last use has ended, and which is due to go. */
beforeEach(async () => {
  scene = await startScene()
  await scene.accept('workspace-requested', 'w-1', { poolIdleHours: 1 })
  await scene.reach(WORKSPACE, 'RUNNING')
  await scene.run(advance(scene.main.world, WORKSPACE))
  await scene.run(request(scene.main, 'etl'))
  await scene.reach(CLUSTER, 'RUNNING')
  await scene.end(CLUSTER)
  await scene.reach(CLUSTER, 'TERMINATED')
  scene.deaf.add('sweep')
  await scene.run(retirement(scene.main))
  await scene.clock.advance(hours(1))
})
afterEach(() => scene.stop())

function request({ world }: Process, cluster: string): Promise<string | undefined> {
  const message = { id: cluster, data: event('cluster-requested', cluster, { cluster }) }
  const intake = takeIn(message, clusterRequested)
  if (intake.is === 'refused') throw new Error(intake.reason.message)
  return acceptCluster(world, intake.ref, intake.data)
}

/** A sweep's look at the pool, and what follows from it. */
async function retirement({ world }: Process): Promise<void> {
  const moment = await readMoment(world.store, POOL)
  if (!moment) throw new Error('there is no pool')
  await considerUnused(world, moment, 0)
  await advance(world, POOL)
}

/** Stops the process before its nth call of the store, counted from 0. */
function stopBefore({ gate }: Process, nth: number): Held {
  let calls = 0
  return gate.hold('before', ({ port }: Call) => port === 'store' && calls++ === nth)
}

/** What came of the launch: it runs, in a pool that is wanted and used. */
async function launched(): Promise<object> {
  scene.deaf.delete('sweep')
  await scene.reach(SECOND, 'RUNNING')
  const { state, want } = await scene.entity(POOL)
  const isUsed = (await scene.store.get(`${POOL}/uses/second`)) !== undefined
  const { reason } = { reason: undefined, ...(await scene.entity(SECOND)) }
  return { state, want, isUsed, reason }
}

const LAUNCHED = { state: 'RUNNING', want: 'up', isUsed: true, reason: undefined }

/** The retirement's calls: moment, pool, uses, workspace and pools, mark, marked pool, uses, end; then it is carried out. */
const OF_RETIREMENT = Array.from({ length: 12 }, (_, nth) => nth)
/** A launch's: what stands, pre-flight, the pool, its mark, the fence, its first looks. */
const OF_LAUNCH = Array.from({ length: 16 }, (_, nth) => nth)

/** Both in the middle: about the mark, the count and the end; about the pool, its mark and the fence. */
const PAIRS = [5, 6, 7, 8].flatMap((retirementAt) =>
  [3, 4, 5, 6, 7].flatMap((launchAt) =>
    (['launch', 'retirement'] as const).map((first) => [retirementAt, launchAt, first] as const),
  ),
)

describe('rule 10: a pool that is not used is retired', () => {
  it('is marked, counted and taken down, and comes with another life when it is wanted again', async () => {
    const before = await scene.entry(POOL, 'node-pool-g1')
    await scene.run(retirement(scene.main))
    expect(await scene.entity(POOL)).toMatchObject({
      want: 'down',
      state: 'RETIRING',
      reason: { code: 'POOL_UNUSED', type: 'SUCCESS' },
    })
    scene.deaf.delete('sweep')
    await scene.reach(POOL, 'RETIRED')
    expect(scene.data.cloud.list().filter((path) => path.includes('n2-standard-8'))).toEqual([])
    await scene.run(request(scene.main, 'second'))
    expect(await launched()).toEqual(LAUNCHED)
    const after = await scene.entry(POOL, 'node-pool-g3')
    expect(before?.thing.have).toBe('present')
    expect(after?.thing.have).toBe('present')
    expect(after?.input).not.toEqual(before?.input)
  })

  it.each(OF_RETIREMENT)('a launch comes before call %i of a retirement', async (nth) => {
    const sweeper = scene.process()
    const held = stopBefore(sweeper, nth)
    const retiring = retirement(sweeper)
    await scene.clock.advance(10)
    await scene.run(request(scene.process(), 'second'))
    held.release()
    await scene.run(retiring)
    expect(await launched()).toEqual(LAUNCHED)
  })

  it.each(OF_LAUNCH)('a retirement comes before call %i of a launch', async (nth) => {
    const slow = scene.process()
    const held = stopBefore(slow, nth)
    const launching = request(slow, 'second')
    await scene.clock.advance(10)
    await scene.run(retirement(scene.process()))
    held.release()
    await scene.run(launching)
    expect(await launched()).toEqual(LAUNCHED)
  })

  it.each(PAIRS)(
    'stopped before call %i of a retirement and call %i of a launch, the %s goes on first',
    async (retirementAt, launchAt, first) => {
      const [sweeper, slow] = [scene.process(), scene.process()]
      const launchStop = stopBefore(slow, launchAt)
      const launching = request(slow, 'second')
      await scene.clock.advance(10)
      const retirementStop = stopBefore(sweeper, retirementAt)
      const retiring = retirement(sweeper)
      await scene.clock.advance(10)
      const launch = { stop: launchStop, work: launching }
      const end = { stop: retirementStop, work: retiring }
      for (const { stop, work } of first === 'launch' ? [launch, end] : [end, launch]) {
        stop.release()
        await scene.run<unknown>(work)
      }
      expect(await launched()).toEqual(LAUNCHED)
    },
  )

  it('a launch that found it wanted before its time began, and uses it before the mark: the count finds the use', async () => {
    const write = async (change: (data: Fields) => Fields): Promise<void> => {
      const from = await scene.store.get(POOL)
      if (!from) throw new Error('there is no pool')
      await scene.store.commit([{ op: 'update', from, data: change(from.data) }])
    }
    const { unusedSince } = { unusedSince: undefined, ...(await scene.entity(POOL)) }
    await write((pool) => ({ ...pool, unusedSince: undefined }))
    const slow = scene.process()
    const fence = slow.gate.hold('before', named('store.transaction'))
    const launching = request(slow, 'second')
    await scene.clock.advance(10)
    expect(fence.stopped()).toBe(1)
    await write((pool) => ({ ...pool, unusedSince }))

    const sweeper = scene.process()
    const mark = sweeper.gate.hold('before', named('store.commit'))
    const retiring = retirement(sweeper)
    await scene.clock.advance(10)
    expect(mark.stopped()).toBe(1)
    fence.release()
    await scene.run(launching)
    mark.release()
    await scene.run(retiring)
    expect(await scene.entity(POOL)).toMatchObject({ generation: 1, want: 'up' })
    expect(await launched()).toEqual(LAUNCHED)
  })

  it('marked, unmarked by a launch and marked again: who counted before is refused', async () => {
    const early = scene.process()
    const ending = early.gate.hold('before', ({ method }) => method === 'transaction')
    const retiring = retirement(early)
    await scene.clock.advance(10)
    expect(ending.stopped()).toBe(1)
    await scene.run(request(scene.process(), 'second'))
    const used = await scene.store.get(POOL)
    if (!used) throw new Error('there is no pool')
    const data = { ...used.data, want: 'marked' }
    await scene.store.commit([{ op: 'update', from: used, data }])
    ending.release()
    await scene.run(retiring)
    expect(await scene.entity(POOL)).toMatchObject({ generation: 1, want: 'marked' })
    // Whoever marked it and died is made good by the next look, which counts.
    await scene.run(retirement(scene.main))
    expect(await scene.entity(POOL)).toMatchObject({ generation: 1, want: 'up' })
    expect(await launched()).toEqual(LAUNCHED)
  })

  it('a process that dies after its mark: the next look counts, and retires', async () => {
    const dying = scene.process()
    const held = dying.gate.hold('before', ({ method }) => method === 'transaction')
    const dead = retirement(dying)
    await scene.clock.advance(10)
    expect(await scene.entity(POOL)).toMatchObject({ want: 'marked' })
    await scene.run(retirement(scene.process()))
    expect(await scene.entity(POOL)).toMatchObject({ generation: 2, want: 'down' })
    held.release()
    await scene.run(dead)
    expect(await scene.entity(POOL)).toMatchObject({ generation: 2 })
  })

  it('two at once: it goes once', async () => {
    await scene.run(Promise.all([retirement(scene.process()), retirement(scene.process())]))
    expect(await scene.entity(POOL)).toMatchObject({ generation: 2, want: 'down' })
  })

  it('a use that began and ended between two looks begins its time anew', async () => {
    await scene.run(request(scene.main, 'second'))
    scene.deaf.delete('sweep')
    await scene.reach(SECOND, 'RUNNING')
    await scene.end(SECOND)
    await scene.reach(SECOND, 'TERMINATED')
    scene.deaf.add('sweep')
    await scene.run(retirement(scene.main))
    expect(await scene.entity(POOL)).toMatchObject({ want: 'up', generation: 1 })
    await scene.clock.advance(minutes(59))
    await scene.run(retirement(scene.main))
    expect(await scene.entity(POOL)).toMatchObject({ want: 'up', generation: 1 })
    await scene.clock.advance(minutes(1))
    await scene.run(retirement(scene.main))
    expect(await scene.entity(POOL)).toMatchObject({ want: 'down', generation: 2 })
  })
})
