// Protocol rule 6. Whoever writes the status, or loses the write, looks again until there is nothing to write: so the last
// to look is right, whatever the order.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createOf, read, updateOf } from '../../shared/runtime/stored.ts'
import { Observation } from '../../shared/domain/records.ts'
import { observationPath } from '../../shared/domain/paths.ts'
import type { Call } from '../../shared/around.ts'
import { advance } from '../../shared/runtime/advance.ts'
import { observePods } from '../../shared/runtime/observe-pods.ts'
import { CLUSTER, type Scene, startScene } from './scene.ts'
import { snapshot, uidOf } from './snapshots.ts'

let scene: Scene
let uid: string
beforeEach(async () => {
  scene = await startScene()
  await scene.withWorkspace()
  await scene.accept('cluster-requested')
  await scene.reach(CLUSTER, 'RUNNING')
  uid = await uidOf(scene)
  scene.deaf.add('sweep').add('pod-ready')
})
afterEach(() => scene.stop())

const isStatusWrite = ({ method, args }: Call): boolean =>
  method === 'commit' && JSON.stringify(args).includes(`"path":"${CLUSTER}"`)
/** However it is written. */
const isWrite = (call: Call): boolean => isStatusWrite(call) || call.method === 'transaction'
const isObservation = ({ method, args }: Call): boolean =>
  method === 'commit' && JSON.stringify(args).includes(observationPath(CLUSTER))
const readyNow = async () => {
  const entity = await scene.entity(CLUSTER)
  return entity.kind === 'cluster' && entity.state === 'RUNNING' && entity.executors.ready
}

/** Writes the observation as its handler does, and nothing more: each advance is the test's. */
async function observed(sequence: number, ready: number): Promise<void> {
  const path = observationPath(CLUSTER)
  const before = await read(scene.store, path, Observation)
  const value = { ...snapshot(scene, uid, sequence, ready), receivedAt: scene.clock.now() }
  await scene.store.commit([before ? updateOf(before, value) : createOf(path, value)])
}

describe('rule 6: status is written until quiet', () => {
  it('the answer of an older generation is written after a newer wish: refused, the wish stays', async () => {
    await observed(1, 9)
    const slow = scene.process()
    const write = slow.gate.hold('before', isWrite)
    const older = advance(slow.world, CLUSTER)
    await scene.clock.advance(10)
    expect(write.stopped()).toBe(1)

    await scene.wantDown(CLUSTER)
    const { generation } = await scene.entity(CLUSTER)
    write.release()
    await scene.run(older)
    expect(await scene.entity(CLUSTER)).toMatchObject({ generation, want: 'down' })
  })

  it('the older answer is written last, over an entity that nobody else touched: its writer looks again and mends it', async () => {
    await observed(1, 9)
    const slow = scene.process()
    const write = slow.gate.hold('before', isStatusWrite)
    const older = advance(slow.world, CLUSTER)
    await scene.clock.advance(10)
    expect(write.stopped()).toBe(1)

    // The newer answer is what the entity says already, so its advance has nothing to write.
    await observed(2, 10)
    await scene.run(advance(scene.main.world, CLUSTER))
    write.release()
    await scene.run(older)
    expect(await readyNow()).toBe(10)
    const ready = slow.gate.calls.filter(isStatusWrite)
    expect(ready).toHaveLength(2)
  })

  it('the older answer comes second: refused by the version, and its writer looks again', async () => {
    await observed(1, 9)
    const slow = scene.process()
    const write = slow.gate.hold('before', isStatusWrite)
    const older = advance(slow.world, CLUSTER)
    await scene.clock.advance(10)
    await observed(2, 8)
    await scene.run(advance(scene.main.world, CLUSTER))
    await observed(3, 7)
    write.release()
    await scene.run(older)
    expect(await readyNow()).toBe(7)
  })

  it('five advances at once, observations between them: the last observation is what the entity says', async () => {
    const work: Promise<void>[] = []
    for (const [at, ready] of [4, 9, 2, 7, 6].entries()) {
      const slow = scene.process()
      const write = slow.gate.hold('before', isStatusWrite)
      await observed(at + 1, ready)
      work.push(advance(slow.world, CLUSTER))
      await scene.clock.advance(5)
      scene.clock.after(100 - at * 20, () => write.release())
    }
    await scene.run(Promise.all(work))
    expect(await readyNow()).toBe(6)
  })

  it('two reports at once: the one that loses the write of the observation is not lost if it is the newer', async () => {
    await scene.run(observePods(scene.main.world, CLUSTER, snapshot(scene, uid, 1, 10)))
    const slow = scene.process()
    const write = slow.gate.hold('before', isObservation)
    const newer = observePods(slow.world, CLUSTER, snapshot(scene, uid, 3, 8))
    await scene.clock.advance(10)
    await scene.run(observePods(scene.main.world, CLUSTER, snapshot(scene, uid, 2, 9)))
    write.release()
    await scene.run(newer)
    expect(await readyNow()).toBe(8)
  })
})
