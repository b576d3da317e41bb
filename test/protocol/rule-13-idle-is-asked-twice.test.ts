// Protocol rule 13. A cluster ends for idleness only on a report made after its drain was seen; work in between cancels.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { minutes } from '../../shared/domain/time.ts'
import { considerIdle } from '../../shared/runtime/idle.ts'
import { observePods } from '../../shared/runtime/observe-pods.ts'
import { CLUSTER, type Scene, startScene } from './scene.ts'
import { snapshot, type Seen, uidOf } from './snapshots.ts'

let scene: Scene
let uid: string
let sequence = 0
let began = 0
beforeEach(async () => {
  scene = await startScene()
  await scene.withWorkspace()
  await scene.accept('cluster-requested')
  await scene.reach(CLUSTER, 'RUNNING')
  uid = await uidOf(scene)
  // From here on, reports are the test's.
  scene.deaf.add('pod-ready').add('sweep')
  await scene.clock.advance(minutes(2))
  began = scene.clock.now()
})
afterEach(() => scene.stop())

type Activity = NonNullable<Seen['level']['activity']>

async function report(activity: Partial<Activity>, drainSeen?: string): Promise<void> {
  const idle = { runningJobs: 0, openSessions: 0, lastActiveAt: began }
  const level = { activity: { ...idle, ...activity }, ...(drainSeen ? { drainSeen } : {}) }
  await scene.run(
    observePods(scene.main.world, CLUSTER, snapshot(scene, uid, ++sequence, 10, level)),
  )
}

/** Reports an idle cluster, and lets its limit pass. */
async function idleForLong(drainSeen?: string): Promise<void> {
  await report({}, drainSeen)
  await scene.clock.advance(minutes(61))
}

const ask = () => scene.run(considerIdle(scene.main.world, CLUSTER))
const state = async () => (await scene.entity(CLUSTER)).state

function drainMark(): string | undefined {
  const [engine] = scene.data.clusters.values()
  const [resource] = engine?.snapshot('kindling.dev/v1', 'SparkCluster') ?? []
  const mark = resource?.spec?.['drain']
  return typeof mark === 'string' ? mark : undefined
}

describe('rule 13: idle is asked twice', () => {
  it('an idle report only drains; the same report asked again ends nothing; one made after the drain was seen does', async () => {
    await idleForLong()
    await ask()
    const mark = drainMark()
    expect(mark).toBeDefined()
    await ask()
    await report({})
    await ask()
    expect(await state()).toBe('RUNNING')
    await report({}, mark)
    expect(await state()).toBe('TERMINATING')
    expect(await scene.entity(CLUSTER)).toMatchObject({ reason: { code: 'INACTIVITY' } })
  })

  it('work that began before the drain was seen cancels it, and the old mark is good for nothing afterwards', async () => {
    await idleForLong()
    await ask()
    const first = drainMark()
    await report({ runningJobs: 1, lastActiveAt: scene.clock.now() }, first)
    expect(drainMark()).toBeUndefined()
    await scene.clock.advance(1000)
    await idleForLong(first)
    await ask()
    expect(drainMark()).not.toBe(first)
    await report({}, first)
    expect(await state()).toBe('RUNNING')
  })

  it('silence is unknown, never idle', async () => {
    const silent = snapshot(scene, uid, ++sequence, 10)
    await scene.run(observePods(scene.main.world, CLUSTER, silent))
    await scene.clock.advance(minutes(600))
    await ask()
    expect(drainMark()).toBeUndefined()
    expect(await state()).toBe('RUNNING')
  })

  it('the sweep asks by itself: with every event lost an idle cluster ends', async () => {
    scene.deaf.delete('sweep')
    scene.deaf.add('idle-timeout').add('step-due')
    await scene.reach(CLUSTER, 'TERMINATED', minutes(240))
    expect(await scene.entity(CLUSTER)).toMatchObject({ reason: { code: 'INACTIVITY' } })
  })
})
