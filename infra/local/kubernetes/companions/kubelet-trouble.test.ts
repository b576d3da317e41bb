// Pods that are held and tried again, containers that crash, and nodes whose kubelet is not there any more.
import { describe, expect, test } from 'vitest'
import type { KubernetesObject } from '../../../../shared/manifests/object.ts'
import { unitCluster } from '../unit-cluster.ts'
import type { PodFailure } from './kubelet.ts'

const delays = { imagePullMs: () => 2000, podStartMs: () => 500 }

/** A pod on a node that fails as `failure` says, which the test may change. */
async function failing(failure: PodFailure) {
  let now: PodFailure | undefined = failure
  const cluster = await unitCluster({}, { delays, fail: () => now })
  await cluster.node('n')
  await cluster.pod('p')
  const status = (): KubernetesObject['status'] => cluster.find('Pod', 'p')?.status
  return {
    ...cluster,
    status,
    recover: () => {
      now = undefined
    },
  }
}

test('a held pod is tried again, ever more seldom, and starts once it can', async () => {
  const held = { reason: 'ImagePullBackOff', message: 'no such image' }
  const { clock, status, recover, isReady, engine } = await failing(held)
  await clock.advance(60_000)
  expect(status()).toMatchObject({
    phase: 'Pending',
    containerStatuses: [{ restartCount: 0, state: { waiting: held } }],
  })
  recover()
  // Tried at 2.5, 12.5, 32.5, 72.5 s ...
  await clock.advance(12_000)
  expect(isReady('p')).toBe(false)
  await clock.advance(1000)
  expect(isReady('p')).toBe(true)
  engine.stop()
})

/** A container's status after so many ends. */
const shown = (restartCount: number) => ({
  phase: 'Running',
  containerStatuses: [
    {
      ready: false,
      restartCount,
      state: { waiting: { reason: 'CrashLoopBackOff', message: 'no licence' } },
      lastState: { terminated: { exitCode: 3, reason: 'Error', message: 'no licence' } },
    },
  ],
})

describe('a container that ends again and again', () => {
  const crash = { reason: 'CrashLoopBackOff', message: 'no licence', exitCode: 3 }

  test('is shown with how often, and what ended last', async () => {
    const { clock, status, engine } = await failing(crash)
    await clock.advance(2600)
    expect(status()).toMatchObject(shown(1))
    await clock.advance(10_000)
    expect(status()).toMatchObject(shown(2))
    await clock.advance(20_000)
    expect(status()).toMatchObject(shown(3))
    engine.stop()
  })

  test('runs when it can, and the count stays', async () => {
    const { clock, status, recover, isReady, engine } = await failing(crash)
    await clock.advance(5000)
    recover()
    await clock.advance(10_000)
    expect(isReady('p')).toBe(true)
    expect(status()).toMatchObject({
      phase: 'Running',
      containerStatuses: [{ ready: true, restartCount: 1, state: { running: {} } }],
    })
    engine.stop()
  })
})

test('pods of a node that is not heard of stay as they are, also when they are deleted', async () => {
  const { clock, kubernetes, pod, node, find, engine } = await unitCluster({}, { delays })
  await node('n')
  await pod('p')
  await pod('late', '1', { image: 'image:2' })
  await clock.advance(1000)
  const conditions = [{ type: 'Ready', status: 'Unknown' }]
  const ref = { apiVersion: 'v1', kind: 'Node', name: 'n' }
  await kubernetes.patch(ref, { status: { conditions } }, { subresource: 'status' })
  await clock.advance(10_000)
  expect(find('Pod', 'p')?.status).toMatchObject({ phase: 'Pending' })
  await kubernetes.delete({ apiVersion: 'v1', kind: 'Pod', namespace: 'a', name: 'p' })
  await clock.advance(60_000)
  expect(find('Pod', 'p')?.metadata.deletionTimestamp).toBeDefined()
  await kubernetes.delete(ref)
  await clock.advance(2000)
  expect([find('Pod', 'p'), find('Pod', 'late')]).toEqual([undefined, undefined])
  engine.stop()
})
