// Protocol rule 17. Two kinds of document wake a function, each once; what nothing waits for is not looked at again.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FunctionRow, manifest } from '../../functions/manifest.ts'
import { advance } from '../../shared/runtime/advance.ts'
import { runAttempt } from '../../shared/runtime/attempt.ts'
import { CLUSTER, type Scene, startScene, WORKSPACE } from './scene.ts'

let scene: Scene
beforeEach(async () => {
  scene = await startScene()
})
afterEach(() => scene.stop())

describe('rule 17: few triggers', () => {
  it('attempts and facts are the only documents that wake anybody', () => {
    const rows: [string, FunctionRow][] = Object.entries(manifest)
    const watching = rows.flatMap(([name, { on }]) =>
      on.is === 'created' ? [{ name, documents: on.documents }] : [],
    )
    expect(watching.map(({ name }) => name)).toEqual(['step-due', 'announce'])
    const patterns = watching.flatMap(({ documents }) => documents)
    expect(patterns.filter((pattern) => !/\/(attempts|facts)\/\*$/.test(pattern))).toEqual([])
    expect(patterns).toContain('accounts/*/attempts/*')
  })

  it('attempts of every kind of entity lie flat under the account, so that one pattern serves all', async () => {
    await scene.withWorkspace()
    await scene.accept('cluster-requested')
    await scene.reach(CLUSTER, 'RUNNING')
    const attempts = scene.store.dump().filter(({ path }) => path.includes('/attempts/'))
    const kinds = new Set(attempts.map(({ data }) => String(data['entity']).split('/').at(-2)))
    expect(kinds).toEqual(new Set(['workspaces', 'clusters', 'pools']))
    for (const { path } of attempts) expect(path).toMatch(/^accounts\/acme\/attempts\/[^/]+$/)
  })

  it('deleting what has ended (as a TTL does) wakes nobody', async () => {
    await scene.withWorkspace()
    await scene.clock.advance(1000)
    const before = scene.host.counts.deliveries
    for (const from of await scene.store.list('accounts/acme/attempts')) {
      await scene.store.commit([{ op: 'delete', from }])
    }
    await scene.clock.advance(1000)
    expect(scene.host.counts.deliveries).toBe(before)
  })

  it('a batch that is made is not followed by an advance, a namespace is', async () => {
    await scene.withWorkspace()
    scene.deaf.add('step-due').add('sweep')
    await scene.accept('cluster-requested')
    const run = (key: string) =>
      scene.run(runAttempt(scene.main.world, { entity: CLUSTER, generation: 1, key, n: 1 }))
    expect(await run('namespace-g1')).toEqual({ advance: true })
    expect(await run('executors-001-g1')).toEqual({ advance: false })
  })

  it('an attempt is created once: ten advances at once create no second one', async () => {
    scene.deaf.add('step-due').add('sweep')
    await scene.accept('workspace-requested')
    const before = await scene.store.list('accounts/acme/attempts')
    await scene.run(
      Promise.all(Array.from({ length: 10 }, () => advance(scene.process().world, WORKSPACE))),
    )
    expect(await scene.store.list('accounts/acme/attempts')).toEqual(before)
  })
})
