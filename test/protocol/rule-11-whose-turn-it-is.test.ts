// Protocol rule 11, the order: creates before deletes, deletes in half of the slots, fair between clusters, and an operation
// on the GKE cluster itself alone. The real control plane, with more to do than GKE takes at once.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { queuePath, slotPath } from '../../shared/domain/paths.ts'
import { Ticket } from '../../shared/domain/records.ts'
import { minutes } from '../../shared/domain/time.ts'
import { advance } from '../../shared/runtime/advance.ts'
import { heal } from '../../shared/runtime/heal.ts'
import { readMoment } from '../../shared/runtime/moment.ts'
import { callNext } from '../../shared/runtime/slots.ts'
import { createOf } from '../../shared/runtime/stored.ts'
import { named } from './gate.ts'
import { type Scene, startScene, WORKSPACE } from './scene.ts'

let scene: Scene
beforeEach(async () => {
  scene = await startScene()
})
afterEach(() => scene.stop())

const SHAPES = [
  ['n2-standard-4', 'n2-standard-8'],
  ['n2-standard-16', 'n2-standard-32'],
  ['n2-highmem-4', 'n2-highmem-8'],
] as const
const poolPath = (pool: string): string => `${WORKSPACE}/pools/${pool}`
const slots = () => scene.store.list(`${WORKSPACE}/slots`)
const queue = () => scene.store.list(`${WORKSPACE}/queue`)

function ticket(pool: string, since: number, seenAt: number): Ticket {
  const of = { entity: poolPath(pool), key: 'node-pool-g1', generation: 1, token: pool }
  return { ...of, doing: 'create', since, seenAt }
}

/** Three clusters, each with two shapes of its own. */
async function askForThree(): Promise<void> {
  for (const [at, [driver, machineType]] of SHAPES.entries()) {
    const machines = { driver: { machineType: driver }, executors: { count: 1, machineType } }
    await scene.accept('cluster-requested', `c${at}`, { cluster: `c${at}`, ...machines })
  }
}

/** What is under way in each slot, whenever that changes. */
function watchSlots(): { readonly most: (doing: Ticket['doing']) => number } {
  const most = new Map<Ticket['doing'], number>()
  scene.store.onWritten(({ type, path }) => {
    if (type !== 'created' || !path.startsWith(`${WORKSPACE}/slots/`)) return
    const held = scene.store
      .dump()
      .filter((document) => document.path.startsWith(`${WORKSPACE}/slots/`))
      .map(({ data }) => Ticket.parse(data).doing)
    for (const doing of held) {
      most.set(doing, Math.max(most.get(doing) ?? 0, held.filter((each) => each === doing).length))
    }
  })
  return { most: (doing) => most.get(doing) ?? 0 }
}

describe('rule 11: whose turn it is', () => {
  it('the GKE cluster itself is made, and removed, with every slot taken; all are given back', async () => {
    const { most } = watchSlots()
    await scene.withWorkspace()
    expect(most('cluster')).toBe(4)
    expect(await slots()).toEqual([])
    await scene.end(WORKSPACE)
    await scene.reach(WORKSPACE, 'NOT_PROVISIONED')
    expect(await slots()).toEqual([])
    expect(await queue()).toEqual([])
  })

  it('six pools go at once: two at a time, each gone in the end', async () => {
    await scene.withWorkspace()
    await askForThree()
    for (const pool of SHAPES.flat()) await scene.reach(poolPath(pool), 'RUNNING')
    const { most } = watchSlots()
    for (const pool of SHAPES.flat()) await scene.end(poolPath(pool))
    for (const pool of SHAPES.flat()) await scene.reach(poolPath(pool), 'RETIRED')
    expect(most('delete')).toBe(2)
    expect(await slots()).toEqual([])
    expect(await queue()).toEqual([])
  })

  it('a create that comes last begins before the deletes that wait', async () => {
    await scene.withWorkspace()
    await askForThree()
    for (const pool of SHAPES.flat()) await scene.reach(poolPath(pool), 'RUNNING')
    for (const pool of SHAPES.flat()) await scene.end(poolPath(pool))
    await scene.until('deletes wait', async () => (await queue()).length >= 4)
    scene.main.gate.calls.length = 0
    const executors = { count: 1, machineType: 'c3-standard-8' }
    await scene.accept('cluster-requested', 'late', { cluster: 'late', executors })
    const begun = () =>
      scene.main.gate.calls.filter(
        (call) => named('gke.createNodePool')(call) || named('gke.deleteNodePool')(call),
      )
    await scene.until('something begins', () => begun().length > 0)
    expect(begun()[0]?.method).toBe('createNodePool')
    await scene.reach(poolPath('c3-standard-8'), 'RUNNING')
  })

  it('what is there and waits for its turn to be changed is used meanwhile, and is not taken for changed', async () => {
    await scene.withWorkspace()
    await scene.until('settled', async () => (await scene.currentRun(WORKSPACE)).is === 'settled')
    const run = await scene.currentRun(WORKSPACE)
    const identity = 'plan' in run ? run.plan?.subject.identity : undefined
    if (!identity) throw new Error('the workspace has no plan')
    const { gke } = scene.data.cloud.face(identity)
    const shielded = async () => (await gke.listClusters())[0]?.shieldedNodes?.enabled
    const [cluster] = await gke.listClusters()
    await gke.updateCluster(cluster?.name ?? '', { shieldedNodes: { enabled: false } })
    await scene.until('changed', async () => (await shielded()) === false)

    await askForThree()
    await scene.until('pools are made', async () => (await slots()).length === 4)
    const moment = await readMoment(scene.store, WORKSPACE)
    expect(moment && (await scene.run(heal(scene.main.world, moment)))).toBe(true)
    scene.main.gate.calls.length = 0
    await scene.run(advance(scene.main.world, WORKSPACE))
    await scene.until('it waits', async () =>
      (await queue()).some(({ data }) => Ticket.parse(data).doing === 'cluster'),
    )
    expect((await scene.entity(WORKSPACE)).state).toBe('RUNNING')
    expect(scene.main.gate.calls.filter(named('gke.updateCluster'))).toEqual([])

    await scene.until('put back', async () => (await shielded()) === true)
    for (const pool of SHAPES.flat()) await scene.reach(poolPath(pool), 'RUNNING')
    await scene.until('settled', async () => (await scene.currentRun(WORKSPACE)).is === 'settled')
    expect(await queue()).toEqual([])
    expect(await slots()).toEqual([])
  })

  it('ten launches at once with five shapes make five pools, each by one call, and none is refused', async () => {
    await scene.withWorkspace()
    scene.main.gate.calls.length = 0
    const machines = SHAPES.flat().slice(0, 5)
    for (let at = 0; at < 10; at++) {
      const machineType = machines[at % 5]
      const data = { driver: { machineType }, executors: { count: 2, machineType } }
      await scene.accept('cluster-requested', `c${at}`, { cluster: `c${at}`, ...data })
    }
    for (let at = 0; at < 10; at++) await scene.reach(`${WORKSPACE}/clusters/c${at}`, 'RUNNING')
    expect(scene.main.gate.calls.filter(named('gke.createNodePool'))).toHaveLength(5)
    expect(scene.logged.filter(({ message }) => message === 'attempt failed')).toEqual([])
    expect(await slots()).toEqual([])
    expect(await queue()).toEqual([])
  })

  it('who is called and dies is called again; who has gone away keeps nobody waiting', async () => {
    await scene.withWorkspace()
    const now = scene.clock.now()
    const put = (path: string, data: Ticket) => scene.store.commit([createOf(path, data)])
    for (let slot = 1; slot <= 3; slot++) {
      await put(slotPath(WORKSPACE, slot), ticket(`busy-${slot}`, now, now))
    }
    await put(queuePath(WORKSPACE, 'gone'), ticket('gone', now - minutes(20), now - minutes(6)))
    await put(queuePath(WORKSPACE, 'first'), ticket('first', now - 2, now))
    await put(queuePath(WORKSPACE, 'second'), ticket('second', now - 1, now))
    const called = async () =>
      (await scene.run(callNext(scene.main.world, WORKSPACE))).map(({ token }) => token)
    expect(await called()).toEqual(['first'])
    expect(await called()).toEqual([])
    await scene.clock.advance(minutes(2))
    expect(await called()).toEqual(['first'])
  })

  it('tickets to which nobody comes back are thrown away by the sweep', async () => {
    await scene.withWorkspace()
    const now = scene.clock.now()
    await scene.store.commit([createOf(queuePath(WORKSPACE, 'left'), ticket('left', now, now))])
    await scene.clock.advance(minutes(70))
    expect(await queue()).toEqual([])
  })
})
