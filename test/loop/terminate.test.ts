// The end of a large cluster, or of one start of it: what it costs in calls, and that nothing of it is left (rule *tail*).
import { afterEach, beforeEach, expect, it } from 'vitest'
import { labelKeys } from '../../shared/manifests/labels.ts'
import { minutes } from '../../shared/domain/time.ts'
import { aroundWorld } from '../../shared/around.ts'
import { CLUSTER, type Loop, startLoop, WORKSPACE } from './fixture.ts'
import { ask } from './lifecycle.ts'
import { askForCluster, askForWorkspace, inKubernetes } from './whole.ts'

const EXECUTORS = 100
let loop: Loop
/** Each write of the control plane to Kubernetes, as method and kind. */
let writes: string[]

beforeEach(async () => {
  writes = []
  loop = await startLoop({
    wrapWorld: (world) =>
      aroundWorld(world, ({ port, method, args }, proceed) => {
        const [of] = args as readonly { kind?: string }[]
        const isWrite = ['create', 'patch', 'delete', 'deleteAll'].includes(method)
        if (port === 'kubernetes' && isWrite) writes.push(`${method} ${of?.kind}`)
        return proceed()
      }),
  })
  await askForWorkspace(loop)
  await loop.reach(WORKSPACE, 'RUNNING')
  await askForCluster(loop, { count: EXECUTORS })
  await loop.reach(CLUSTER, 'RUNNING')
  await loop.clock.advance(minutes(1))
  writes.length = 0
})
afterEach(() => loop.stop())

it('tail: the pods of a cluster of 100 executors go by one call, before its namespace does', async () => {
  await ask(loop, 'end', { action: 'terminate' })
  await loop.reach(CLUSTER, 'TERMINATED')
  expect(writes).toEqual(['deleteAll Pod', 'delete Namespace'])
  expect(inKubernetes(loop)).toEqual([])
})

it('tail: so do those of a start that a restart replaces', async () => {
  await ask(loop, 'again', { action: 'restart' })
  await loop.reach(CLUSTER, 'RESTARTING')
  await loop.reach(CLUSTER, 'RUNNING')
  expect(writes.filter((write) => write.startsWith('delete'))).toEqual(['deleteAll Pod'])
  expect(writes.filter((write) => write === 'create Pod')).toHaveLength(EXECUTORS + 1)
  const pods = [...loop.stack.data.clusters.values()]
    .flatMap((engine) => engine.snapshot('v1', 'Pod'))
    .filter(({ metadata: { labels } }) => labels?.[labelKeys.role] !== undefined)
  expect(pods).toHaveLength(EXECUTORS + 1)
  expect(new Set(pods.map(({ metadata: { labels } }) => labels?.[labelKeys.life]))).toEqual(
    new Set(['2']),
  )
})
