// Protocol rule 4. A name once unwanted is never wanted again, so what acts late acts on a name that nobody uses any more.
import { afterEach, describe, expect, it } from 'vitest'
import { minutes } from '../../shared/domain/time.ts'
import { acceptWorkspace } from '../../shared/runtime/accept-workspace.ts'
import { takeIn } from '../../shared/runtime/intake.ts'
import { workspaceRequested } from '../../events/workspace-requested.ts'
import { runAndAdvance } from '../../shared/runtime/advance.ts'
import type { Call } from '../../shared/around.ts'
import { named } from './gate.ts'
import { CLUSTER, event, POOL, type Scene, startScene, WORKSPACE } from './scene.ts'

let scene: Scene
afterEach(() => scene.stop())

const settled = (path: string) =>
  scene.until(`${path} settled`, async () => (await scene.currentRun(path)).is === 'settled')
const withTimers = (name: string) => (call: Call) => named(name)(call) || call.port === 'clock'
/** Of a document; and the timers of the process. */
const isDelete = ({ port, method, args }: Call): boolean =>
  port === 'clock' || (method === 'commit' && JSON.stringify(args).includes('"op":"delete"'))

const poolsInCloud = () =>
  scene.data.cloud.list().filter((path) => path.includes('/nodePools/n2-standard-8-'))

describe('rule 4: one name, one life', () => {
  it('terminate, start, and only then the old delete lands: it takes the old pool, not the new one', async () => {
    scene = await startScene()
    await scene.withWorkspace()
    await scene.accept('cluster-requested')
    await scene.reach(CLUSTER, 'RUNNING')
    await scene.end(CLUSTER)
    await settled(CLUSTER)

    // The undo of the old pool is stopped in the middle of its delete.
    scene.deaf.add('step-due').add('sweep')
    await scene.end(POOL)
    const frozen = scene.process()
    const old = frozen.gate.hold('before', withTimers('gke.deleteNodePool'))
    const undo = runAndAdvance(frozen.world, {
      entity: POOL,
      generation: 2,
      key: 'node-pool-g1',
      n: 99,
    })
    await scene.clock.advance(1000)
    expect(old.stopped()).toBeGreaterThan(0)

    scene.deaf.clear()
    await scene.accept('cluster-requested', 'again')
    await scene.reach(CLUSTER, 'RUNNING')
    old.release()
    await scene.run(undo)
    await scene.clock.advance(minutes(10))
    expect(await scene.entity(POOL)).toMatchObject({ state: 'RUNNING', generation: 3 })
    expect(await scene.entity(CLUSTER)).toMatchObject({ state: 'RUNNING', generation: 3 })
    expect(await scene.entry(POOL, 'node-pool-g3')).toMatchObject({ thing: { have: 'present' } })
    expect(await scene.entry(POOL, 'node-pool-g1')).toBeUndefined()
    expect(poolsInCloud()).toEqual([expect.stringMatching(/-3$/)])
  })

  it('a use of a pool has no life in its name: the late delete of the old one is refused by its version', async () => {
    scene = await startScene()
    await scene.withWorkspace()
    await scene.accept('cluster-requested')
    await scene.reach(CLUSTER, 'RUNNING')
    scene.deaf.add('step-due').add('sweep')
    await scene.end(CLUSTER)
    const frozen = scene.process()
    const old = frozen.gate.hold('before', isDelete)
    const key = 'executor-pool-g1'
    void runAndAdvance(frozen.world, { entity: CLUSTER, generation: 2, key, n: 99 })
    await scene.clock.advance(1000)
    expect(old.stopped()).toBeGreaterThan(0)

    scene.deaf.clear()
    await settled(CLUSTER)
    await scene.accept('cluster-requested', 'again')
    await scene.reach(CLUSTER, 'RUNNING')
    old.release()
    await scene.clock.advance(minutes(1))
    expect(await scene.store.get(`${POOL}/uses/etl`)).toBeDefined()
  })

  it('the topic of a workspace keeps its name: a new one is not begun before the old one is undone', async () => {
    scene = await startScene()
    await scene.withWorkspace()
    await scene.end(WORKSPACE)
    const message = { id: 'early', data: event('workspace-requested', 'early') }
    const intake = takeIn(message, workspaceRequested)
    if (intake.is === 'refused') throw new Error(intake.reason.message)
    await scene.run(acceptWorkspace(scene.main.world, intake.ref, intake.data))
    expect((await scene.store.get(intake.ref.path))?.data).toMatchObject({
      is: 'rejected',
      reason: { code: 'INVALID_STATE' },
    })
    await settled(WORKSPACE)
    expect(scene.data.cloud.list()).toEqual([])
    expect(await scene.bus.getTopic('pod-snapshot-analytics.acme')).toBeUndefined()
    await scene.accept('workspace-requested', 'later')
    await scene.reach(WORKSPACE, 'RUNNING')
    const topic = await scene.bus.getTopic('pod-snapshot-analytics.acme')
    expect(Object.values(topic?.labels ?? {})).toContain('3')
  })

  it('a namespace is deleted by its uid: what has the name by then is left alone', async () => {
    scene = await startScene()
    await scene.withWorkspace()
    await scene.accept('cluster-requested')
    await scene.reach(CLUSTER, 'RUNNING')
    await scene.end(CLUSTER)
    await settled(CLUSTER)
    const deletes = scene.main.gate.calls.filter(named('kubernetes.delete'))
    expect(deletes.map(({ args }) => (args[0] as { kind: string }).kind)).toContain('Namespace')
    for (const { args } of deletes) expect(args[1]).toMatchObject({ uid: expect.any(String) })
    // Pods go all at once (rule *tail*): those in the namespace of this life that bear the mark of this start.
    const atOnce = scene.main.gate.calls.filter(named('kubernetes.deleteAll'))
    expect(atOnce.length).toBeGreaterThan(0)
    for (const { args } of atOnce) {
      expect(args[0]).toMatchObject({ kind: 'Pod', namespace: expect.stringMatching(/^kdl-.*-1$/) })
      expect(args[1]).toMatchObject({
        labelSelector: expect.stringContaining('kindling.dev/life=1'),
      })
    }
  })
})
