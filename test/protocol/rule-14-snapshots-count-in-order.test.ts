// Protocol rule 14. A snapshot counts for the current life only, in order of term and sequence; a lost one is pulled.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { minutes } from '../../shared/domain/time.ts'
import { observationPath } from '../../shared/domain/paths.ts'
import { Observation } from '../../shared/domain/records.ts'
import { advance } from '../../shared/runtime/advance.ts'
import { observePods } from '../../shared/runtime/observe-pods.ts'
import { CLUSTER, type Scene, startScene } from './scene.ts'
import { FAR_TERM, snapshot, type Seen, uidOf } from './snapshots.ts'

let scene: Scene
beforeEach(async () => {
  scene = await startScene()
  await scene.withWorkspace()
})
afterEach(() => scene.stop())

const observe = (seen: Seen) => scene.run(observePods(scene.main.world, CLUSTER, seen))
const kept = async () => Observation.parse((await scene.store.get(observationPath(CLUSTER)))?.data)

async function launch(id: string): Promise<void> {
  await scene.accept('cluster-requested', id)
  await scene.reach(CLUSTER, 'RUNNING')
}

describe('rule 14: snapshots count in order', () => {
  it('a late report of an earlier life is dropped, though its term and sequence are higher', async () => {
    await launch('first')
    const old = await uidOf(scene)
    await scene.end(CLUSTER)
    await scene.reach(CLUSTER, 'TERMINATED')
    await launch('second')
    const current = await uidOf(scene, 3)
    expect(current).not.toBe(old)
    await observe(snapshot(scene, old, 9999, 1, { driver: 'absent' }))
    expect(await kept()).toMatchObject({ uid: current, level: { driver: 'ready' } })
  })

  it('what stands there of an earlier life counts for nothing in the next, even before the first new report', async () => {
    await launch('first')
    // Nothing is heard of the end either, so the old level stands as it was.
    scene.deaf.add('pod-ready')
    await scene.end(CLUSTER)
    await scene.reach(CLUSTER, 'TERMINATED')
    expect((await kept()).level.driver).toBe('ready')
    await scene.accept('cluster-requested', 'second')
    await scene.until('made again', async () => {
      const driver = await scene.entry(CLUSTER, 'driver-g3')
      return driver?.thing.have === 'present'
    })
    await scene.run(advance(scene.main.world, CLUSTER))
    expect((await scene.entity(CLUSTER)).state).toBe('PENDING')
  })

  it('an older term is older whatever its sequence, and a restarted agent begins at one again', async () => {
    await launch('first')
    scene.deaf.add('pod-ready').add('sweep')
    const uid = await uidOf(scene)
    await observe(snapshot(scene, uid, 5, 9))
    await observe({ ...snapshot(scene, uid, 99, 1), term: FAR_TERM - 1 })
    await observe(snapshot(scene, uid, 4, 2))
    await observe(snapshot(scene, uid, 5, 3))
    expect(await kept()).toMatchObject({ term: FAR_TERM, sequence: 5 })
    await observe({ ...snapshot(scene, uid, 1, 8), term: FAR_TERM + 1 })
    expect(await scene.entity(CLUSTER)).toMatchObject({ executors: { ready: 8 } })
  })

  it('the last snapshot of a launch is lost: the sweep pulls the level from the custom resource', async () => {
    scene.deaf.add('pod-ready')
    await scene.accept('cluster-requested')
    await scene.reach(CLUSTER, 'RUNNING', minutes(10))
    expect((await kept()).level.executors.ready).toBe(10)
  })

  it('a report that means the same writes the observation, and decides nothing', async () => {
    await launch('first')
    scene.deaf.add('pod-ready').add('sweep')
    const uid = await uidOf(scene)
    await observe(snapshot(scene, uid, 1, 10))
    const other = scene.process()
    await scene.run(observePods(other.world, CLUSTER, snapshot(scene, uid, 2, 10)))
    expect((await kept()).sequence).toBe(2)
    expect(other.gate.calls.filter(({ method }) => method === 'snapshot')).toHaveLength(1)
  })
})
