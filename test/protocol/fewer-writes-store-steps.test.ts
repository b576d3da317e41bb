// Decision 0008: a step that touches nothing but the store is claimed, done and recorded in one transaction, by whoever
// looks at the entity. It reads the run, so that nothing of it can land once the run is over.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PoolEntity } from '../../shared/domain/entity.ts'
import { usePath } from '../../shared/domain/paths.ts'
import { advance } from '../../shared/runtime/advance.ts'
import { read, updateOf } from '../../shared/runtime/stored.ts'
import { sweep } from '../../shared/runtime/sweep.ts'
import { takeDown } from '../../shared/runtime/take-down.ts'
import { named } from './gate.ts'
import { CLUSTER, POOL, type Scene, startScene } from './scene.ts'

let scene: Scene
beforeEach(async () => {
  scene = await startScene()
  await scene.withWorkspace()
  // Pools that run, and a cluster that has not been told of it.
  scene.deaf.add('pod-ready')
  await scene.accept('cluster-requested', 'first', { cluster: 'first' })
  await scene.reach(POOL, 'RUNNING')
  await scene.reach(POOL.replace('-8', '-4'), 'RUNNING')
  scene.deaf.add('step-due').add('sweep').add('operation-ended')
  await scene.accept('cluster-requested')
})
afterEach(() => scene.stop())

const KEY = 'executor-pool-g1'
const USE = usePath(POOL, 'etl')
const reason = { code: 'USER_REQUEST', type: 'SUCCESS' as const, message: 'a test ends it' }
const entry = () => scene.entry(CLUSTER, KEY)
const heldByCluster = (): string[] =>
  scene.store
    .dump()
    .map(({ path }) => path)
    .filter((path) => path.startsWith(`${CLUSTER}/ledger/`) || path.endsWith('/uses/etl'))

async function setPool(state: object): Promise<void> {
  const pool = await read(scene.store, POOL, PoolEntity)
  if (!pool) throw new Error('there is no pool')
  await scene.store.commit([updateOf(pool, { ...pool.value, ...state })])
}

async function goDown(): Promise<void> {
  await scene.run(takeDown(scene.main.world, CLUSTER, { generation: 1, reason, by: 'test' }))
}

describe('a step of the store', () => {
  it('costs one write: its entry, begun and done at once; no attempt, no open claim', async () => {
    const writes: string[] = []
    scene.store.onWritten(({ type, path }) => {
      if (path.includes('executor-pool')) writes.push(`${type} ${path}`)
    })
    await scene.run(advance(scene.main.world, CLUSTER))
    expect(writes).toEqual([`created ${CLUSTER}/ledger/${KEY}`])
    const now = scene.clock.now()
    expect(await entry()).toMatchObject({
      n: 1,
      claim: { open: false, recordedAt: now },
      thing: { have: 'present', output: { pool: 'n2-standard-8' } },
      startedAt: now,
      doneAt: now,
      failures: 0,
    })
  })

  it('is begun by ten advances at once, and done by one', async () => {
    const all = Array.from({ length: 10 }, () => advance(scene.process().world, CLUSTER))
    await scene.run(Promise.all(all))
    expect(await entry()).toMatchObject({ n: 1, thing: { have: 'present' } })
  })

  it('loses against another that lands first, and changes nothing', async () => {
    const slow = scene.process()
    const pool = slow.gate.hold('before', named('store.transaction'))
    const late = advance(slow.world, CLUSTER)
    await scene.clock.advance(1000)
    expect(pool.stopped()).toBeGreaterThan(0)
    await scene.run(advance(scene.main.world, CLUSTER))
    const first = await entry()
    pool.release()
    await scene.run(late)
    expect(await entry()).toEqual(first)
  })

  it('comes after its run is over, and settled: no entry and no use is left that nobody would remove', async () => {
    const slow = scene.process()
    const transaction = slow.gate.hold('before', named('store.transaction'))
    const late = advance(slow.world, CLUSTER)
    await scene.clock.advance(1000)
    expect(transaction.stopped()).toBeGreaterThan(0)
    await goDown()
    await scene.run(advance(scene.main.world, CLUSTER))
    expect(await scene.currentRun(CLUSTER)).toMatchObject({ is: 'settled', direction: 'down' })
    expect(heldByCluster()).toEqual([])
    transaction.release()
    await scene.run(late)
    expect(heldByCluster()).toEqual([])
  })

  it('makes the use that is missing and records it in one commit', async () => {
    const use = await scene.store.get(USE)
    if (use) await scene.store.commit([{ op: 'delete', from: use }])
    await scene.run(advance(scene.main.world, CLUSTER))
    expect(await scene.store.get(USE)).toBeDefined()
    expect(await entry()).toMatchObject({ n: 1, thing: { have: 'present' } })
  })

  it('removes the use and records that in one commit, and then the cluster holds nothing', async () => {
    await scene.run(advance(scene.main.world, CLUSTER))
    await goDown()
    expect(heldByCluster()).toContain(USE)
    await scene.run(advance(scene.main.world, CLUSTER))
    expect(heldByCluster()).toEqual([])
    expect((await scene.entity(CLUSTER)).state).toBe('TERMINATED')
  })

  it('finds that its pool has failed: the cluster fails with the reason of the pool', async () => {
    const failed = { code: 'GCP_QUOTA_EXCEEDED', type: 'CLOUD_FAILURE', message: 'no more CPUs' }
    await setPool({ state: 'FAILED', reason: failed })
    await scene.run(advance(scene.main.world, CLUSTER))
    expect(await scene.entity(CLUSTER)).toMatchObject({ want: 'down', reason: failed })
  })

  it('waits while its pool is neither there nor failed, without using its budget, and is woken by its change', async () => {
    await setPool({ state: 'RETIRING', reason })
    await scene.run(advance(scene.main.world, CLUSTER))
    expect(await entry()).toMatchObject({ n: 1, thing: { have: 'coming' }, failures: 0 })
    await scene.run(advance(scene.main.world, CLUSTER))
    expect(await entry()).toMatchObject({ n: 1 })
    await setPool({ state: 'RUNNING' })
    await scene.run(advance(scene.main.world, CLUSTER, { keys: [KEY] }))
    expect(await entry()).toMatchObject({ n: 2, thing: { have: 'present' } })
  })

  it('is done by the sweep alone where everybody else died', async () => {
    await scene.clock.advance(60_000)
    await scene.run(sweep(scene.main.world))
    expect(await entry()).toMatchObject({ n: 1, thing: { have: 'present' } })
  })
})
