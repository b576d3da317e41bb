// Protocol rule 12. What was recorded as present is looked at again when a newer observation contradicts it.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { minutes, seconds } from '../../shared/domain/time.ts'
import { observePods } from '../../shared/runtime/observe-pods.ts'
import { CLUSTER, type Scene, startScene } from './scene.ts'
import { snapshot, uidOf } from './snapshots.ts'

let scene: Scene
beforeEach(async () => {
  scene = await startScene()
  await scene.withWorkspace()
  await scene.accept('cluster-requested')
  await scene.reach(CLUSTER, 'RUNNING')
  await scene.until('settled', isSettled)
})
afterEach(() => scene.stop())

const KEY = 'executors-001-g1'
const isSettled = async () => (await scene.currentRun(CLUSTER)).is === 'settled'

function executorPods() {
  const all = [...scene.data.clusters.values()].flatMap((engine) => [
    ...engine.snapshot('v1', 'Pod'),
  ])
  return all.filter(({ metadata }) => metadata.name.startsWith('executor-'))
}

/** Three nodes are taken away, and their pods with them. */
async function loseThree(): Promise<void> {
  const [engine] = scene.data.clusters.values()
  const nodes = engine?.face('system:masters')
  if (!nodes) throw new Error('there is no Kubernetes')
  for (const { apiVersion, kind, metadata } of executorPods().slice(0, 3)) {
    const { name, namespace = '' } = metadata
    await scene.run(nodes.delete({ apiVersion, kind, name, namespace }, { gracePeriodSeconds: 0 }))
  }
}

const readyNow = async () => {
  const entity = await scene.entity(CLUSTER)
  return entity.kind === 'cluster' && entity.state === 'RUNNING'
    ? entity.executors.ready
    : undefined
}

describe('rule 12: present is a fact of its time', () => {
  it('executors are lost after the run has settled: it is reopened, they are made again, and it settles again', async () => {
    await scene.clock.advance(minutes(2))
    await loseThree()
    expect(executorPods()).toHaveLength(7)
    await scene.until('reopened', async () => !(await isSettled()), minutes(2))
    expect(await readyNow()).toBeLessThan(10)
    expect((await scene.entity(CLUSTER)).state).toBe('RUNNING')
    await scene.until('settled again', isSettled, minutes(15))
    expect(executorPods()).toHaveLength(10)
    expect(await readyNow()).toBe(10)
  })

  it('the run is written active before the new attempt, so that the alarm stands if the process dies in between', async () => {
    await scene.clock.advance(minutes(2))
    const order: string[] = []
    scene.store.onWritten(({ path, data }) => {
      const isRun = path === `${CLUSTER}/runs/1` && data?.['is'] === 'active'
      // Due now, so that the next tick finds it.
      if (isRun) order.push(Number(data['wakeAt']) <= scene.clock.now() ? 'due' : 'later')
      if (path.includes('executors-001')) order.push('executors')
    })
    await loseThree()
    await scene.until('looked at', () => order.includes('executors'), minutes(2))
    expect(order.slice(0, 2)).toEqual(['due', 'executors'])
  })

  it('with back-off: while the loss stays, it is looked at no more often than new pods may take to show up', async () => {
    await scene.clock.advance(minutes(2))
    scene.deaf.add('pod-ready').add('sweep')
    const uid = await uidOf(scene)
    const before = (await scene.entry(CLUSTER, KEY))?.n ?? 0
    for (let sequence = 1; sequence <= 60; sequence++) {
      const total = 5 + (sequence % 3)
      const level = { executors: { total, ready: total, failed: 0 } }
      await scene.run(
        observePods(scene.main.world, CLUSTER, snapshot(scene, uid, sequence, 0, level)),
      )
      await scene.clock.advance(seconds(1))
    }
    const looks = ((await scene.entry(CLUSTER, KEY))?.n ?? 0) - before
    expect(looks).toBeGreaterThan(1)
    expect(looks).toBeLessThanOrEqual(5)
  })

  it('an observation that is older than the record contradicts nothing', async () => {
    scene.deaf.add('pod-ready').add('sweep')
    const uid = await uidOf(scene)
    const few = { executors: { total: 7, ready: 7, failed: 0 } }
    await scene.clock.advance(minutes(2))
    await scene.run(observePods(scene.main.world, CLUSTER, snapshot(scene, uid, 1, 0, few)))
    await scene.until('looked at', async () => ((await scene.entry(CLUSTER, KEY))?.n ?? 0) > 1)
    await scene.clock.advance(minutes(2))
    const looked = await scene.entry(CLUSTER, KEY)
    scene.deaf.delete('sweep')
    await scene.ticks(5)
    expect((await scene.entry(CLUSTER, KEY))?.n).toBe(looked?.n)
  })
})
