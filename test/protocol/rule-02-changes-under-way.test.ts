// Protocol rules 2 to 5 where a cluster changes: who works for an earlier generation may die, or be late.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runPath } from '../../shared/domain/paths.ts'
import { minutes, seconds } from '../../shared/domain/time.ts'
import { advance } from '../../shared/runtime/advance.ts'
import { runAttempt } from '../../shared/runtime/attempt.ts'
import type { Call } from '../../shared/around.ts'
import { changeCluster, outcomeIn } from './changes.ts'
import { named } from './gate.ts'
import { CLUSTER, type Scene, startScene } from './scene.ts'

let scene: Scene
beforeEach(async () => {
  scene = await startScene()
  await scene.withWorkspace()
  await scene.accept('cluster-requested')
  await scene.until('settled', async () => {
    const run = await scene.store.get(runPath(CLUSTER, 1))
    return run?.data['is'] === 'settled'
  })
})
afterEach(() => scene.stop())

const resize = (count: number) => ({ action: 'resize', executors: { count } })

function pods(role: string): string[] {
  return [...scene.data.clusters.values()]
    .flatMap((engine) => [...engine.snapshot('v1', 'Pod')])
    .map(({ metadata }) => metadata.name)
    .filter((name) => name.startsWith(role))
}

const ready = async (): Promise<number | undefined> => {
  const cluster = await scene.entity(CLUSTER)
  return cluster.kind === 'cluster' && 'executors' in cluster ? cluster.executors.ready : undefined
}

const settledAt = (generation: number) =>
  scene.until(`generation ${generation} settled`, async () => {
    const run = await scene.store.get(runPath(CLUSTER, generation))
    return run?.data['is'] === 'settled'
  })

const isPodCall = ({ port, args }: Call): boolean =>
  port === 'kubernetes' && JSON.stringify(args).includes('"Pod"')

describe('changes under way', () => {
  it('a resize whose update of the namespace was begun by a holder that died: the next resize goes on from it', async () => {
    scene.deaf.add('step-due').add('sweep')
    await scene.run(changeCluster(scene.main, 'more', resize(60)))
    const dead = scene.process()
    dead.gate.hold('before', named('kubernetes.patch'))
    dead.gate.hold('before', named('kubernetes.create'))
    dead.gate.hold('before', named('store.commit'))
    const ref = { entity: CLUSTER, generation: 2, key: 'namespace-g1', n: 2 }
    void runAttempt(dead.world, ref)
    await scene.clock.advance(seconds(2))
    expect(await scene.entry(CLUSTER, 'namespace-g1')).toMatchObject({
      g: 2,
      claim: { open: true },
      made: 1,
    })
    await scene.run(changeCluster(scene.main, 'less', resize(20)))
    scene.deaf.clear()
    await scene.run(advance(scene.main.world, CLUSTER))
    expect(pods('executor-')).toHaveLength(10)
    await settledAt(3)
    expect(pods('executor-')).toHaveLength(20)
    expect(await ready()).toBe(20)
    expect(await outcomeIn(scene, 'more')).toMatchObject({ is: 'superseded', by: 3 })
    expect(await outcomeIn(scene, 'less')).toMatchObject({ is: 'reached' })
  })

  it('executors that an overtaken resize makes late are removed', async () => {
    scene.deaf.add('sweep').add('step-due')
    await scene.run(changeCluster(scene.main, 'more', resize(40)))
    await scene.run(
      runAttempt(scene.main.world, {
        entity: CLUSTER,
        generation: 2,
        key: 'namespace-g1',
        n: 2,
      }),
    )
    const slow = scene.process()
    const making = slow.gate.hold('before', (call) => isPodCall(call) && call.method === 'create')
    void runAttempt(slow.world, {
      entity: CLUSTER,
      generation: 2,
      key: 'executors-001-g1',
      n: 2,
    }).catch(() => undefined)
    await scene.clock.advance(seconds(2))
    expect(making.stopped()).toBeGreaterThan(0)
    await scene.run(changeCluster(scene.main, 'less', resize(5)))
    scene.deaf.clear()
    await scene.run(advance(scene.main.world, CLUSTER))
    await scene.clock.advance(seconds(30))
    making.release()
    await settledAt(3)
    await scene.until('they are gone', () => pods('executor-').length === 5, minutes(2))
    expect(await ready()).toBe(5)
  })

  it('a restart is not said to run by what is left of the start before', async () => {
    // Its pods are not let go: somebody else's finalizer holds them.
    const held = await holdPods()
    await scene.run(changeCluster(scene.main, 'again', { action: 'restart' }))
    await scene.run(advance(scene.main.world, CLUSTER))
    await scene.ticks(7)
    expect(await scene.entity(CLUSTER)).toMatchObject({ state: 'RESTARTING', epoch: 2 })
    await held.release()
    await settledAt(2)
    expect(await scene.entity(CLUSTER)).toMatchObject({ state: 'RUNNING' })
    expect([...pods('executor-'), ...pods('driver-')]).toHaveLength(11)
  })

  it('an attempt of the start before, let go after a restart, makes nothing that stays', async () => {
    scene.deaf.add('sweep')
    await scene.run(changeCluster(scene.main, 'again', { action: 'restart' }))
    const late = { entity: CLUSTER, generation: 1, key: 'executors-001-g1', n: 9 }
    await scene.run(runAttempt(scene.process().world, late))
    await scene.run(advance(scene.main.world, CLUSTER))
    await scene.until('whole', async () => (await scene.entity(CLUSTER)).state === 'RUNNING')
    expect(pods('executor-')).toHaveLength(10)
    await scene.clock.advance(minutes(1))
  })
})

async function holdPods(): Promise<{ release(): Promise<void> }> {
  const held = [...scene.data.clusters.values()].flatMap((engine) =>
    [...engine.snapshot('v1', 'Pod')]
      .filter(({ metadata: { name } }) => name.startsWith('executor-'))
      .map(({ metadata }) => ({ engine, metadata })),
  )
  const set = async (finalizers: string[]): Promise<void> => {
    for (const { engine, metadata } of held) {
      const ref = { apiVersion: 'v1', kind: 'Pod', name: metadata.name }
      const { namespace = '' } = metadata
      await engine.face('system:admin').patch({ ...ref, namespace }, { metadata: { finalizers } })
    }
  }
  await set(['example.com/held'])
  return { release: () => set([]) }
}
