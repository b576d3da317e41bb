// Protocol rule 5. What was ever made stands in the entity's ledger until it is seen to be gone, whatever the plan says.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ClusterEntity } from '../../shared/domain/entity.ts'
import { plan } from '../../shared/domain/plan.ts'
import { ledgerOf, runPath } from '../../shared/domain/paths.ts'
import { nextRun, Run } from '../../shared/domain/run.ts'
import { seconds } from '../../shared/domain/time.ts'
import { advance } from '../../shared/runtime/advance.ts'
import { runAttempt } from '../../shared/runtime/attempt.ts'
import { createOf, fields, read } from '../../shared/runtime/stored.ts'
import { registry } from '../../shared/steps/registry.ts'
import { named } from './gate.ts'
import { CLUSTER, type Scene, startScene } from './scene.ts'

let scene: Scene
beforeEach(async () => {
  scene = await startScene()
  await scene.withWorkspace()
})
afterEach(() => scene.stop())

const executors = (count: number) => ({ count, machineType: 'n2-standard-8' })
const attemptOf = (entity: string, key: string, n = 1) => ({ entity, generation: 1, key, n })
const settled = () =>
  scene.until('settled', async () => (await scene.currentRun(CLUSTER)).is === 'settled')
const keys = async () =>
  (await scene.store.list(ledgerOf(CLUSTER))).map(({ data }) => itemKey(data))

function itemKey(data: Readonly<Record<string, unknown>>): string {
  const item = data['item']
  return typeof item === 'object' && item && 'key' in item ? String(item.key) : ''
}

/** Names and uids of the executor pods. */
function pods(): Map<string, string> {
  const all = [...scene.data.clusters.values()].flatMap((engine) => [
    ...engine.snapshot('v1', 'Pod'),
  ])
  const executors = all.filter(({ metadata }) => metadata.name.startsWith('executor-'))
  return new Map(executors.map(({ metadata }) => [metadata.name, metadata.uid ?? '']))
}

/** A new generation with another number of executors, as an edit will write it. */
async function resize(count: number): Promise<void> {
  const { store } = scene
  await store.transaction(async (transaction) => {
    const entity = await read(transaction, CLUSTER, ClusterEntity)
    if (!entity) throw new Error('there is no cluster')
    const generation = entity.value.generation + 1
    const run = await read(transaction, runPath(CLUSTER, generation - 1), Run)
    const before = run?.value.is === 'settled' ? run.value.plan : undefined
    const superseded = run && nextRun(run.value, { type: 'superseded', by: generation })
    if (!before || before.subject.kind !== 'cluster' || !superseded) throw new Error('not settled')
    const spec = { ...entity.value.spec, executors: { ...entity.value.spec.executors, count } }
    const subject = { ...before.subject, spec }
    const now = transaction.readTime()
    const common = { generation, direction: 'up', request: 'resize', shard: 0, tries: 0 } as const
    transaction.update(entity.document, fields({ ...entity.value, generation, spec }))
    transaction.update(run.document, fields(superseded))
    const next: Run = {
      ...common,
      is: 'active',
      plan: plan(registry, subject, generation, before),
      createdAt: now,
      wakeAt: now,
    }
    const write = createOf(runPath(CLUSTER, generation), next)
    if (write.op === 'create') transaction.create(write.path, write.data)
  })
  await scene.run(advance(scene.main.world, CLUSTER))
}

describe('rule 5: a ledger across generations', () => {
  it('a resize from three batches to two forgets none: the third is undone, the others stay as they are', async () => {
    await scene.accept('cluster-requested', 'c', { executors: executors(150) })
    await settled()
    const before = pods()
    expect(before.size).toBe(150)

    await resize(100)
    await scene.until('resized', async () => {
      const run = await scene.currentRun(CLUSTER)
      return run.generation === 2 && run.is === 'settled'
    })
    expect(await keys()).toEqual(
      expect.arrayContaining(['executors-001-g1', 'executors-002-g1', 'namespace-g1', 'driver-g1']),
    )
    expect(await keys()).not.toContain('executors-003-g1')
    const after = pods()
    expect(after.size).toBe(100)
    for (const [name, uid] of after) expect(before.get(name)).toBe(uid)
  })

  it('and back to three: the new third batch has names of its own', async () => {
    await scene.accept('cluster-requested', 'c', { executors: executors(150) })
    await settled()
    await resize(100)
    await scene.until('smaller', async () => pods().size === 100)
    await settled()
    await resize(150)
    await settled()
    expect(await keys()).toContain('executors-003-g3')
    expect([...pods().keys()].filter((name) => name.endsWith('-3'))).toHaveLength(50)
  })

  it('a generation that takes everything down still knows what an unfinished one had begun', async () => {
    scene.deaf.add('step-due').add('sweep')
    await scene.accept('cluster-requested')
    const { main } = scene
    await scene.run(runAttempt(main.world, attemptOf(CLUSTER, 'namespace-g1')))

    // Claimed, its pods made, and the process is gone before it could record anything.
    const crashed = scene.process()
    const record = crashed.gate.hold('before', named('store.commit'))
    void runAttempt(crashed.world, attemptOf(CLUSTER, 'executors-001-g1'))
    await scene.clock.advance(seconds(5))
    expect(record.stopped()).toBe(1)
    expect(pods().size).toBe(10)

    await scene.wantDown(CLUSTER)
    scene.deaf.clear()
    await scene.reach(CLUSTER, 'TERMINATED')
    expect(pods().size).toBe(0)
    expect(await keys()).toEqual([])
  })

  it('what was made by a process that died before its record is undone from the input that its claim had frozen', async () => {
    scene.deaf.add('step-due').add('sweep')
    const workspace = await scene.accept('workspace-requested', 'w2', { workspace: 'second' })
    const mine = () => scene.data.cloud.list().filter((path) => path.includes('kdl-second-'))
    for (const n of [1, 2]) {
      await scene.run(runAttempt(scene.main.world, attemptOf(workspace, 'network-g1', n)))
      await scene.clock.advance(seconds(10))
    }
    const crashed = scene.process()
    const record = crashed.gate.hold('before', named('store.commit'))
    void runAttempt(crashed.world, attemptOf(workspace, 'subnet-g1'))
    await scene.clock.advance(seconds(30))
    expect(record.stopped()).toBe(1)
    expect(mine()).toHaveLength(2)
    expect(await scene.entry(workspace, 'subnet-g1')).toMatchObject({
      claim: { open: true },
      input: { collection: 'subnetworks' },
    })

    await scene.wantDown(workspace)
    scene.deaf.clear()
    await scene.reach(workspace, 'NOT_PROVISIONED')
    expect(mine()).toEqual([])
  })

  it('a claim that could not even compute its input has made nothing: it is gone at once', async () => {
    scene.deaf.add('step-due').add('sweep')
    await scene.accept('cluster-requested')
    const dead = scene.process()
    dead.gate.hold('before', ({ port }) => port !== 'store')
    void runAttempt(dead.world, { entity: CLUSTER, generation: 1, key: 'driver-g1', n: 1 })
    await scene.clock.advance(seconds(1))
    await scene.wantDown(CLUSTER)
    scene.deaf.clear()
    await scene.reach(CLUSTER, 'TERMINATED')
    expect(await keys()).toEqual([])
  })
})
