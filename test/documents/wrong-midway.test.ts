// Documents that go wrong in the middle of a launch: it waits for the mend, and then goes on to its goal; a launch beside it, in
// somebody else's workspace, is through meanwhile.
import { expect, test } from 'vitest'
import { checkDocument } from '../../shared/domain/document-fault.ts'
import { storedTypeOf } from '../../shared/domain/stored-types.ts'
import { minutes, seconds } from '../../shared/domain/time.ts'
import type { Fields } from '../../shared/ports.ts'
import { CLUSTER, event, type Loop, startLoop, WORKSPACE } from '../loop/fixture.ts'
import { mutationsOf } from './mutations.ts'
import { ONE, OTHER_CLUSTER, parkedIn } from './scene.ts'

/** Two workspaces that run, and clusters that were asked for a few seconds ago. */
async function startLaunching(): Promise<Loop> {
  const loop = await startLoop()
  const { stack } = loop
  const other = { account: 'zeta', workspace: 'elsewhere' }
  await stack.publish('workspace-requested', event('workspace-requested', 'w-1'))
  const theirs = { ...other, project: 'zeta-data' }
  await stack.publish('workspace-requested', event('workspace-requested', 'w-2', theirs))
  await loop.reach(WORKSPACE, 'RUNNING')
  await loop.reach('accounts/zeta/workspaces/elsewhere', 'RUNNING')
  await stack.publish('cluster-requested', event('cluster-requested', 'c-1', ONE))
  const calm = { ...ONE, ...other, cluster: 'calm' }
  await stack.publish('cluster-requested', event('cluster-requested', 'c-2', calm))
  await loop.clock.advance(seconds(12))
  return loop
}

async function write({ stack }: Loop, path: string, data: Fields): Promise<void> {
  const from = await stack.store.get(path)
  if (!from) throw new Error(`${path} is gone`)
  await stack.store.commit([{ op: 'update', from, data }])
}

/** Of the launch: one document of each type and entity. */
function underWay({ stack }: Loop): string[] {
  const chosen = new Map<string, string>()
  for (const { path } of stack.store.dump()) {
    if (!path.startsWith('accounts/acme/') || /\/(facts|requests|attempts)\//.test(path)) continue
    const kind = /\/(clusters|pools)\//.exec(path)?.[1] ?? 'workspaces'
    if (kind !== 'workspaces') chosen.set(`${storedTypeOf(path)?.name} ${kind}`, path)
  }
  return [...chosen.values()]
}

const paths = underWay(await startLaunching())

test('there is something under way of clusters and of pools', () => {
  expect(paths.length).toBeGreaterThan(5)
})

test.each(paths)(
  '%s',
  async (path) => {
    const loop = await startLaunching()
    const before = await loop.stack.store.get(path)
    const type = storedTypeOf(path)
    if (!before || !type) throw new Error(`${path} is not there`)
    const wrong = mutationsOf(type.schema, before.data).filter(
      ({ data }) => 'fault' in checkDocument(type.schema, data),
    )
    const way = wrong[path.length % wrong.length]
    await write(loop, path, way?.data ?? {})
    await loop.reach(OTHER_CLUSTER, 'RUNNING')
    await loop.clock.advance(minutes(40))
    const loops = loop.logged.filter(({ message }) => message === 'function failed')
    expect(loops).toEqual([])
    expect(parkedIn(loop)).toMatchObject([{ document: path }])
    await write(loop, path, before.data)
    await loop.reach(CLUSTER, 'RUNNING', minutes(60))
    await loop.clock.advance(minutes(2))
    expect(parkedIn(loop)).toEqual([])
    await loop.stop()
  },
  120_000,
)
