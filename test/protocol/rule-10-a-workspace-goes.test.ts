// Protocol rule 10, one level up: a workspace is marked, its clusters are counted, and it goes; or the mark does.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clusterRequested } from '../../events/cluster-requested.ts'
import { WorkspaceEntity } from '../../shared/domain/entity.ts'
import { minutes } from '../../shared/domain/time.ts'
import { acceptCluster } from '../../shared/runtime/accept-cluster.ts'
import { advance } from '../../shared/runtime/advance.ts'
import { takeIn } from '../../shared/runtime/intake.ts'
import { read, updateOf } from '../../shared/runtime/stored.ts'
import { changeCluster, deleteWorkspace, outcomeIn } from './changes.ts'
import { named } from './gate.ts'
import { CLUSTER, event, POOL, type Process, type Scene, startScene, WORKSPACE } from './scene.ts'

let scene: Scene
beforeEach(async () => {
  scene = await startScene()
})
afterEach(() => scene.stop())

async function mark(): Promise<void> {
  const found = await read(scene.store, WORKSPACE, WorkspaceEntity)
  if (!found) throw new Error('there is no workspace')
  await scene.store.commit([updateOf(found, { ...found.value, want: 'marked' })])
}

const resize = (count: number) => ({ action: 'resize', executors: { count } })
const inCloud = (): string[] => scene.data.cloud.list()

describe('rule 10: a workspace goes', () => {
  it('a mark that a dead process left behind goes with the next request for the workspace, which changes nothing', async () => {
    await scene.withWorkspace()
    const before = inCloud()
    const dead = scene.process()
    dead.gate.hold('before', named('store.transaction'))
    void deleteWorkspace(dead, 'w-end')
    await scene.clock.advance(1000)
    expect(await scene.entity(WORKSPACE)).toMatchObject({ want: 'marked' })

    await scene.accept('workspace-requested', 'again')
    expect(await scene.entity(WORKSPACE)).toMatchObject({
      generation: 1,
      want: 'up',
      state: 'RUNNING',
    })
    expect(await outcomeIn(scene, 'again')).toMatchObject({ is: 'unchanged' })
    await scene.ticks(2)
    expect(inCloud()).toEqual(before)
  })

  it('or with the next sweep, so that clusters can begin again', async () => {
    await scene.withWorkspace()
    await mark()
    await scene.ticks(35)
    expect(await scene.entity(WORKSPACE)).toMatchObject({ want: 'up', generation: 1 })
    await scene.accept('cluster-requested')
    await scene.reach(CLUSTER, 'RUNNING')
  })

  it('the delete that finds its mark gone says so, and changes nothing', async () => {
    await scene.withWorkspace()
    const slow = scene.process()
    const deciding = slow.gate.hold('before', named('store.transaction'))
    const deleting = deleteWorkspace(slow, 'w-end')
    await scene.clock.advance(1000)
    await scene.accept('workspace-requested', 'again')
    deciding.release()
    await scene.run(deleting)
    expect(await outcomeIn(scene, 'w-end')).toMatchObject({ is: 'rejected' })
    expect(await scene.entity(WORKSPACE)).toMatchObject({ want: 'up', generation: 1 })
  })

  it('a marked workspace takes no new cluster; the delete then finds none', async () => {
    await scene.withWorkspace()
    await mark()
    await expect(scene.accept('cluster-requested')).rejects.toThrow('refused')
    await scene.run(deleteWorkspace(scene.main, 'w-end'))
    expect(await scene.entity(WORKSPACE)).toMatchObject({ want: 'down', state: 'CANCELLING' })
  })

  it('a cluster that was accepted before the mark keeps its workspace', async () => {
    await scene.withWorkspace()
    const slow = scene.process()
    const marking = slow.gate.hold('before', named('store.commit'))
    const deleting = deleteWorkspace(slow, 'w-end')
    await scene.clock.advance(1000)
    await scene.accept('cluster-requested')
    marking.release()
    await scene.run(deleting)
    expect(await outcomeIn(scene, 'w-end')).toMatchObject({ is: 'rejected' })
    await scene.reach(CLUSTER, 'RUNNING')
    expect(await scene.entity(WORKSPACE)).toMatchObject({ want: 'up' })
  })

  it('with force, while its GKE cluster is still being made and a cluster waits for it: all ends, by hints alone', async () => {
    await scene.accept('workspace-requested')
    await scene.accept('cluster-requested')
    await scene.until('GKE begins', () => scene.main.gate.calls.some(named('gke.createCluster')))
    await scene.clock.advance(minutes(1))
    scene.deaf.add('sweep')
    const path = await scene.run(deleteWorkspace(scene.main, 'w-end', true))
    await scene.run(advance(scene.main.world, path ?? ''))
    expect(await scene.entity(CLUSTER)).toMatchObject({ state: 'TERMINATED' })
    const entry = async () => (await scene.entry(WORKSPACE, 'gke-cluster-g1'))?.g
    await scene.until('its undo begins', async () => (await entry()) === 2, minutes(1))
    scene.deaf.clear()
    await scene.reach(WORKSPACE, 'NOT_PROVISIONED', minutes(120))
    expect(inCloud()).toEqual([])
    expect(await outcomeIn(scene, 'w-end')).toMatchObject({ is: 'reached' })
    expect(await outcomeIn(scene, 'workspace-requested')).toMatchObject({ is: 'superseded' })
  })

  it('with force, while a pool is being made', async () => {
    await scene.withWorkspace()
    await scene.accept('cluster-requested')
    await scene.until('pool begins', () => scene.main.gate.calls.some(named('gke.createNodePool')))
    const path = await scene.run(deleteWorkspace(scene.main, 'w-end', true))
    await scene.run(advance(scene.main.world, path ?? ''))
    await scene.reach(WORKSPACE, 'NOT_PROVISIONED', minutes(120))
    expect(inCloud()).toEqual([])
    expect(await scene.entity(CLUSTER)).toMatchObject({ state: 'TERMINATED' })
    const left = scene.store
      .dump()
      .filter(({ path: at }) => /\/(uses|slots|queue|ledger)\//.test(at))
    expect(left).toEqual([])
  })

  it('a pool that is wanted too late, by a request that a delete has overtaken, does not come to be', async () => {
    await scene.withWorkspace()
    const slow = scene.process()
    const pool = POOL
    const wanting = slow.gate.hold(
      'before',
      (call) => call.port === 'store' && call.method !== 'get' && call.method !== 'snapshot',
    )
    const asking = request(slow)
    await scene.clock.advance(2000)
    expect(wanting.stopped()).toBeGreaterThan(0)
    await scene.run(
      deleteWorkspace(scene.main, 'w-end', true).then((path) =>
        advance(scene.main.world, path ?? ''),
      ),
    )
    await scene.reach(WORKSPACE, 'NOT_PROVISIONED', minutes(120))
    wanting.release()
    await scene.run(asking)
    expect(await scene.store.get(pool)).toBeUndefined()
  })

  it('two that change a cluster at once: one after the other, and the earlier is told', async () => {
    await scene.withWorkspace()
    await scene.accept('cluster-requested')
    await scene.reach(CLUSTER, 'RUNNING')
    await scene.run(
      Promise.all([
        changeCluster(scene.process(), 'one', resize(3)),
        changeCluster(scene.process(), 'two', resize(4)),
        changeCluster(scene.process(), 'end', { action: 'terminate' }),
      ]),
    )
    const outcomes = await Promise.all(['one', 'two', 'end'].map((id) => outcomeIn(scene, id)))
    const counted = outcomes.map(({ is }) => is)
    expect(counted.filter((is) => is === 'accepted')).toHaveLength(1)
    expect((await scene.entity(CLUSTER)).want).toBe('down')
  })
})

function request({ world }: Process): Promise<string | undefined> {
  const message = { id: 'late', data: event('cluster-requested', 'late') }
  const intake = takeIn(message, clusterRequested)
  if (intake.is === 'refused') throw new Error(intake.reason.message)
  return acceptCluster(world, intake.ref, intake.data)
}
