// A small launch beside a large one in the same GKE cluster: its few pods do not stand in line behind the many.
import { expect, it } from 'vitest'
import { virtualClock } from '../../infra/local/clock.ts'
import { around } from '../../shared/around.ts'
import { minutes, seconds } from '../../shared/domain/time.ts'
import { labelKeys } from '../../shared/manifests/labels.ts'
import type { KubernetesObject } from '../../shared/manifests/object.ts'
import type { World } from '../../shared/ports.ts'
import { event, startLoop, WORKSPACE } from './fixture.ts'

const LARGE = 1000
const SMALL = 10
/** So that an API server's work takes time, and calls wait for each other. */
const CALL_MS = 20

const MACHINES = ['n2-standard-4', 'n2-standard-8', 'e2-standard-8']

it('the pods of 10 executors are made while those of 1,000 are', async () => {
  const clock = virtualClock(1)
  /** Clusters of the executors that were asked for, in order. */
  const created: string[] = []
  const slow = (service: World): World => ({
    ...service,
    kubernetes: (...of) =>
      around('kubernetes', service.kubernetes(...of), async ({ method, args }, proceed) => {
        const [object] = args as [Partial<KubernetesObject>]
        const labels = object.metadata?.labels ?? {}
        if (method === 'create' && labels[labelKeys.role] === 'executor')
          created.push(labels[labelKeys.cluster] ?? '')
        await clock.sleep(CALL_MS)
        return await proceed()
      }),
  })
  const loop = await startLoop({ wrapServices: slow }, 1, clock)
  await loop.stack.publish(
    'workspace-requested',
    event('workspace-requested', 'w-1', {
      shapes: MACHINES.map((machineType) => ({ machineType })),
    }),
  )
  await loop.reach(WORKSPACE, 'RUNNING')
  await clock.advance(minutes(10))
  const ask = (cluster: string, count: number, machineType: string) =>
    loop.stack.publish(
      'cluster-requested',
      event('cluster-requested', cluster, {
        cluster,
        driver: { machineType: 'n2-standard-4' },
        executors: { count, machineType },
      }),
    )
  await ask('large', LARGE, 'n2-standard-8')
  const hasBegun = (): boolean => created.length > 100
  await clock.until('the large one makes its pods', hasBegun, seconds(60))
  await ask('small', SMALL, 'e2-standard-8')
  await clock.until('all pods are made', () => created.length >= LARGE + SMALL, minutes(5))
  await loop.stop()
  expect(created.filter((cluster) => cluster === 'small')).toHaveLength(SMALL)
  // In one line for all they would be the last ten.
  expect(created.lastIndexOf('small')).toBeLessThan(LARGE / 2)
})
