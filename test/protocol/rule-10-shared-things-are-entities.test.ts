// Protocol rule 10. A shared pool is an entity of its own: made wanted first, then only read, and kept by its uses.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PoolEntity } from '../../shared/domain/entity.ts'
import { clusterRequested } from '../../events/cluster-requested.ts'
import { acceptCluster } from '../../shared/runtime/accept-cluster.ts'
import { takeIn } from '../../shared/runtime/intake.ts'
import { read, updateOf } from '../../shared/runtime/stored.ts'
import { named } from './gate.ts'
import { CLUSTER, event, POOL, type Process, type Scene, startScene, WORKSPACE } from './scene.ts'

let scene: Scene
beforeEach(async () => {
  scene = await startScene()
})
afterEach(() => scene.stop())

function request({ world }: Process, cluster: string): Promise<string | undefined> {
  const message = { id: cluster, data: event('cluster-requested', cluster, { cluster }) }
  const intake = takeIn(message, clusterRequested)
  if (intake.is === 'refused') throw new Error(intake.reason.message)
  return acceptCluster(world, intake.ref, intake.data)
}

describe('rule 10: shared things are entities', () => {
  it('a pool is retired between being wanted and the transaction that relies on it: the request begins again', async () => {
    await scene.withWorkspace()
    await scene.run(request(scene.main, 'first'))
    await scene.reach(POOL, 'RUNNING')

    const slow = scene.process()
    const accepting = slow.gate.hold('before', named('store.transaction'))
    const second = request(slow, 'second')
    await scene.clock.advance(10)
    expect(accepting.stopped()).toBe(1)
    await scene.end(POOL)
    accepting.release()
    await scene.run(second)
    expect(await scene.entity(POOL)).toMatchObject({ want: 'up', generation: 3 })
    expect(await scene.store.get(`${POOL}/uses/second`)).toBeDefined()
    await scene.reach(`${WORKSPACE}/clusters/second`, 'RUNNING')
  })

  it('a request that meets the mark removes it: the same generation stays, so a retirement that saw the mark is refused', async () => {
    await scene.withWorkspace()
    await scene.run(request(scene.main, 'first'))
    await scene.reach(POOL, 'RUNNING')
    const unmarked = await read(scene.store, POOL, PoolEntity)
    if (!unmarked) throw new Error('there is no pool')
    await scene.store.commit([updateOf(unmarked, { ...unmarked.value, want: 'marked' })])
    const marked = await read(scene.store, POOL, PoolEntity)
    if (!marked) throw new Error('there is no pool')

    await scene.run(request(scene.main, 'second'))
    expect(await scene.entity(POOL)).toMatchObject({ want: 'up', generation: 1 })
    const retired = { ...marked.value, want: 'down' }
    expect(await scene.store.commit([updateOf(marked, retired)])).toBe(false)
  })

  it('ten clusters of one shape at once: one pool, made once, with ten uses', async () => {
    await scene.withWorkspace()
    const names = Array.from({ length: 10 }, (_, at) => `c${at}`)
    await scene.run(Promise.all(names.map((name) => request(scene.process(), name))))
    await scene.reach(POOL, 'RUNNING')
    expect(await scene.store.list(`${POOL}/uses`)).toHaveLength(10)
    expect(await scene.entity(POOL)).toMatchObject({ generation: 1 })
    const creates = scene.main.gate.calls.filter(named('gke.createNodePool'))
    expect(creates.filter(({ args }) => JSON.stringify(args).includes('standard-8'))).toHaveLength(
      1,
    )
  })

  it('a cluster that waits is woken by its workspace, and a workspace that fails ends it with a reason', async () => {
    scene.deaf.add('sweep')
    await scene.accept('workspace-requested')
    await scene.accept('cluster-requested')
    expect(await scene.entity(CLUSTER)).toMatchObject({ state: 'PENDING', waitsFor: WORKSPACE })
    await scene.end(WORKSPACE)
    await scene.clock.advance(1000)
    expect(await scene.entity(CLUSTER)).toMatchObject({
      state: 'TERMINATED',
      reason: { code: 'WORKSPACE_CONFIGURATION_ERROR' },
    })
  })
})
