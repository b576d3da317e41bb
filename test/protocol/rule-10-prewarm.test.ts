// Protocol rule 10: a workspace that hibernates is woken by its schedule. A request, a deletion, another sweep and a hibernation
// that was begun long ago may come before and between any two calls of that, and it between any two of theirs: it is woken
// once, has one GKE cluster, or is gone with everything.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clusterRequested } from '../../events/cluster-requested.ts'
import { hours, minutes } from '../../shared/domain/time.ts'
import { acceptCluster } from '../../shared/runtime/accept-cluster.ts'
import { advance } from '../../shared/runtime/advance.ts'
import type { Call } from '../../shared/around.ts'
import { considerHibernation, considerPrewarm } from '../../shared/runtime/hibernate.ts'
import { takeIn } from '../../shared/runtime/intake.ts'
import { lookAround } from '../../shared/runtime/look-around.ts'
import { readMoment } from '../../shared/runtime/moment.ts'
import { deleteWorkspace, outcomeIn } from './changes.ts'
import type { Held } from './gate.ts'
import { CLUSTER, event, type Process, type Scene, startScene, WORKSPACE } from './scene.ts'

/** The scene begins at midnight. */
const HOUR = Date.parse('2026-01-01T08:00Z')
const DATA = {
  hibernateAfterHours: 1,
  prewarm: { days: ['TH'], hour: 8, timeZone: 'UTC' },
}

let scene: Scene
afterEach(() => scene.stop())

/** Has no clusters for more than an hour, and nobody has looked at it since. */
async function startEmpty(): Promise<void> {
  scene = await startScene()
  await scene.accept('workspace-requested', 'w-1', DATA)
  await scene.reach(WORKSPACE, 'RUNNING')
  await scene.run(advance(scene.main.world, WORKSPACE))
  scene.deaf.add('sweep')
  await scene.run(hibernation(scene.main))
  await scene.clock.advance(hours(1))
}

const moveTo = (instant: number): Promise<void> => scene.clock.advance(instant - scene.clock.now())

/** A sweep's look at the workspace that ends in sleep, and what follows from it. */
async function hibernation({ world }: Process): Promise<void> {
  const moment = await readMoment(world.store, WORKSPACE)
  if (!moment) throw new Error('there is no workspace')
  await considerHibernation(world, moment, 0)
  await advance(world, WORKSPACE)
}

/** A sweep's whole look at the workspace, at an hour of its schedule. */
async function look({ world }: Process): Promise<void> {
  const moment = await readMoment(world.store, WORKSPACE)
  if (!moment) throw new Error('there is no workspace')
  await lookAround(world, moment, 0)
  await advance(world, WORKSPACE)
}

/** Only what its schedule is about: a whole look takes a deletion's mark away, and that is another story. */
async function prewarm({ world }: Process): Promise<void> {
  await considerPrewarm(world, WORKSPACE, scene.clock.now())
  await advance(world, WORKSPACE)
}

function request({ world }: Process): Promise<string | undefined> {
  const intake = takeIn({ id: 'c', data: event('cluster-requested', 'c') }, clusterRequested)
  if (intake.is === 'refused') throw new Error(intake.reason.message)
  return acceptCluster(world, intake.ref, intake.data)
}

/** Stops the process before its nth call of the store, counted from 0. */
function stopBefore({ gate }: Process, nth: number): Held {
  let calls = 0
  return gate.hold('before', ({ port }: Call) => port === 'store' && calls++ === nth)
}

/** What goes on first, and what comes while it is stopped before its nth call. */
async function interleave(
  nth: number,
  stopped: (process: Process) => Promise<unknown>,
  between: (process: Process) => Promise<unknown>,
): Promise<void> {
  const slow = scene.process()
  const held = stopBefore(slow, nth)
  const work = stopped(slow)
  await scene.clock.advance(10)
  await scene.run(between(scene.process()))
  held.release()
  await scene.run(work)
}

const gkeClusters = (): string[] =>
  scene.data.cloud.list().filter((path) => /\/clusters\/[^/]+$/.test(path))

async function cameAwake(): Promise<{ generation: number; state: string; gkeClusters: number }> {
  scene.deaf.delete('sweep')
  await scene.until('awake', async () => !('hibernation' in (await scene.entity(WORKSPACE))))
  await scene.clock.advance(minutes(10))
  const { generation, state } = await scene.entity(WORKSPACE)
  return { generation, state, gkeClusters: gkeClusters().length }
}

/** Asleep by generation 2, woken by generation 3, by whomever. */
const AWAKE_ONCE = { generation: 3, state: 'RUNNING', gkeClusters: 1 }
const nths = (count: number): number[] => Array.from({ length: count }, (_, nth) => nth)

describe('rule 10: a workspace that hibernates is woken by its schedule', () => {
  beforeEach(async () => {
    await startEmpty()
    await scene.run(hibernation(scene.main))
    await moveTo(HOUR - minutes(10))
    if (gkeClusters().length > 0) throw new Error('it is not asleep yet')
  })

  it('by the sweep, when nothing else happens', async () => {
    await scene.run(look(scene.main))
    expect(await scene.entity(WORKSPACE)).toMatchObject({
      hibernation: 'WAKING',
      prewarmedFor: HOUR,
    })
    expect(await cameAwake()).toEqual(AWAKE_ONCE)
  })

  it('ten sweeps at once wake it once', async () => {
    await scene.run(Promise.all(nths(10).map(() => look(scene.process()))))
    expect(await cameAwake()).toEqual(AWAKE_ONCE)
  })

  it.each(nths(12))('a request comes before call %i of a look', async (nth) => {
    await interleave(nth, look, request)
    expect(await cameAwake()).toEqual(AWAKE_ONCE)
    await scene.reach(CLUSTER, 'RUNNING')
    expect(await scene.entity(WORKSPACE)).not.toHaveProperty('prewarmedFor')
  })

  it.each(nths(16))('a look comes before call %i of a request', async (nth) => {
    await interleave(nth, request, look)
    expect(await cameAwake()).toEqual(AWAKE_ONCE)
    await scene.reach(CLUSTER, 'RUNNING')
    expect(await scene.entity(WORKSPACE)).not.toHaveProperty('prewarmedFor')
  })

  it.each(nths(8))('a deletion comes before call %i of a prewarm: it is gone', async (nth) => {
    await interleave(nth, prewarm, (process) => deleteWorkspace(process, 'end'))
    expect(await came()).toEqual(GONE)
  })

  it.each(nths(8))('a prewarm comes before call %i of a deletion: it is gone', async (nth) => {
    await interleave(nth, (process) => deleteWorkspace(process, 'end'), prewarm)
    expect(await came()).toEqual(GONE)
  })

  it('a process that dies in the middle: the next sweep wakes it', async () => {
    const dying = scene.process()
    dying.gate.hold('before', ({ method }) => method === 'transaction')
    void prewarm(dying)
    await scene.clock.advance(10)
    expect(await scene.entity(WORKSPACE)).toMatchObject({ hibernation: 'HIBERNATED' })
    expect(await cameAwake()).toEqual(AWAKE_ONCE)
  })
})

const GONE = { isRefused: false, state: 'NOT_PROVISIONED', left: [] }

/** Of a deletion. */
async function came(): Promise<object> {
  const isRefused = (await outcomeIn(scene, 'end'))['is'] === 'rejected'
  scene.deaf.delete('sweep')
  await scene.reach(WORKSPACE, 'NOT_PROVISIONED')
  await scene.clock.advance(minutes(45))
  const { state } = await scene.entity(WORKSPACE)
  return { isRefused, state, left: scene.data.cloud.list() }
}

describe('rule 10: a hibernation that was begun long before the hour', () => {
  it.each(nths(12))('goes on within it, from call %i: it is woken all the same', async (nth) => {
    await startEmpty()
    const slow = scene.process()
    const held = stopBefore(slow, nth)
    const sleeping = hibernation(slow)
    await moveTo(HOUR - minutes(10))
    held.release()
    await scene.run(sleeping)
    const { generation } = await cameAwake()
    expect([1, 3]).toContain(generation)
    expect(gkeClusters()).toHaveLength(1)
  })
})
