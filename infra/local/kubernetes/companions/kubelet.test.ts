// The kubelets on a clock that stands still: when things happen, what fails, and who waits for whom.
import { describe, expect, test } from 'vitest'
import type { KubernetesObject } from '../../../../shared/manifests/object.ts'
import { isTrue, podStatus } from '../pod-shape.ts'
import { unitCluster } from '../unit-cluster.ts'
import type { CompanionOptions } from './companions.ts'

const delays = { imagePullMs: () => 2000, podStartMs: () => 500 }
const withDelays = (more: Partial<Omit<CompanionOptions, 'clock' | 'face'>> = {}) => ({
  delays,
  ...more,
})

const noImage = () => ({ reason: 'ImagePullBackOff', message: 'no such image' })
const evictP = (pod: KubernetesObject) =>
  pod.metadata.name === 'p' ? { reason: 'Evicted', message: 'too little disk' } : undefined
const role = (name: string) => ({ labels: { 'kindling.dev/role': name } })
const minute = (): number => 60_000

describe('start', () => {
  test('pull, start, Ready: after the pull and the start, not before', async () => {
    const { clock, pod, node, find, isReady, engine } = await unitCluster({}, withDelays())
    await node('n')
    await pod('p')
    await clock.advance(2400)
    const waiting = find('Pod', 'p')
    expect(waiting?.status).toMatchObject({
      phase: 'Pending',
      containerStatuses: [{ ready: false, state: { waiting: { reason: 'ContainerCreating' } } }],
    })
    await clock.advance(200)
    expect(isReady('p')).toBe(true)
    engine.stop()
  })

  test('a node pulls an image once; who comes meanwhile waits for the same pull', async () => {
    const pulls: string[] = []
    const imagePullMs = (pod: { metadata: { name: string } }): number => {
      pulls.push(pod.metadata.name)
      return 2000
    }
    const { clock, pod, node, isReady, engine } = await unitCluster(
      {},
      withDelays({ delays: { ...delays, imagePullMs } }),
    )
    await node('n')
    await pod('first')
    await clock.advance(1500)
    await pod('second')
    await clock.advance(1100)
    expect([isReady('first'), isReady('second')]).toEqual([true, true])
    await pod('third')
    await clock.advance(600)
    expect(isReady('third')).toBe(true)
    await pod('other', '1', { image: 'image:2' })
    await clock.advance(600)
    expect(isReady('other')).toBe(false)
    expect(pulls).toEqual(['first', 'other'])
    engine.stop()
  })

  test('conditions keep the time of their last change', async () => {
    const { clock, pod, node, find, until, isReady, engine } = await unitCluster({}, withDelays())
    await node('n')
    await pod('p')
    await until('ready', () => isReady('p'))
    const { conditions, startTime } = podStatus(
      find('Pod', 'p') ?? { apiVersion: '', kind: '', metadata: { name: '' } },
    )
    const at = (type: string): number =>
      Date.parse(conditions?.find((each) => each.type === type)?.lastTransitionTime ?? '')
    expect(at('Ready')).toBeGreaterThan(at('Initialized'))
    expect(at('Initialized')).toBe(Date.parse(startTime ?? ''))
    expect(at('Ready')).toBeLessThanOrEqual(clock.now())
    engine.stop()
  })
})

describe('failures', () => {
  test('an image that cannot be had holds the pod, and says why', async () => {
    const fail = noImage
    const { clock, pod, node, find, engine } = await unitCluster({}, withDelays({ fail }))
    await node('n')
    await pod('p')
    await clock.advance(10_000)
    expect(find('Pod', 'p')?.status).toMatchObject({
      phase: 'Pending',
      containerStatuses: [
        { state: { waiting: { reason: 'ImagePullBackOff', message: 'no such image' } } },
      ],
    })
    engine.stop()
  })

  test('a pod that fails stays, frees its node, and goes at once when deleted', async () => {
    const fail = evictP
    const { clock, kubernetes, pod, node, find, isReady, engine } = await unitCluster(
      {},
      withDelays({ fail }),
    )
    await node('n')
    await pod('p', '4')
    await clock.advance(10_000)
    expect(find('Pod', 'p')?.status).toMatchObject({
      phase: 'Failed',
      reason: 'Evicted',
      message: 'too little disk',
    })
    await pod('next', '4')
    await clock.advance(10_000)
    expect(isReady('next')).toBe(true)
    await kubernetes.delete({ apiVersion: 'v1', kind: 'Pod', namespace: 'a', name: 'p' })
    expect(find('Pod', 'p')).toBeUndefined()
    engine.stop()
  })

  test('what others say of a pod is not overwritten', async () => {
    const { clock, kubernetes, pod, node, find, engine } = await unitCluster({}, withDelays())
    await node('n')
    await pod('p')
    await clock.advance(100)
    const ref = { apiVersion: 'v1', kind: 'Pod', namespace: 'a', name: 'p' }
    await kubernetes.patch(
      ref,
      { status: { phase: 'Failed', reason: 'NodeShutdown' } },
      { subresource: 'status' },
    )
    await clock.advance(10_000)
    expect(find('Pod', 'p')?.status).toMatchObject({ phase: 'Failed', reason: 'NodeShutdown' })
    engine.stop()
  })
})

describe('drivers and executors', () => {
  test('executors are Ready while their driver is, and only those of its namespace', async () => {
    const { clock, kubernetes, pod, node, isReady, find, engine } = await unitCluster(
      {},
      withDelays(),
    )
    await node('n')
    for (const name of ['e-1', 'e-2']) await pod(name, '1', role('executor'))
    await clock.advance(5000)
    expect(find('Pod', 'e-1')?.status?.['phase']).toBe('Running')
    expect([isReady('e-1'), isReady('e-2')]).toEqual([false, false])
    await pod('driver', '1', role('driver'))
    await clock.advance(5000)
    expect([isReady('driver'), isReady('e-1'), isReady('e-2')]).toEqual([true, true, true])
    const ref = { apiVersion: 'v1', kind: 'Pod', namespace: 'a', name: 'driver' }
    await kubernetes.delete(ref, { gracePeriodSeconds: 0 })
    await clock.advance(1000)
    expect([isReady('e-1'), isReady('e-2')]).toEqual([false, false])
    engine.stop()
  })
})

describe('the end', () => {
  test('a deleted pod ends after its stop time, within its grace', async () => {
    const podStopMs = minute
    const { clock, kubernetes, pod, node, isReady, find, engine } = await unitCluster(
      {},
      withDelays({ delays: { ...delays, podStopMs } }),
    )
    await node('n')
    await pod('p', '1', { spec: { terminationGracePeriodSeconds: 5 } })
    await clock.advance(5000)
    expect(isReady('p')).toBe(true)
    await kubernetes.delete({ apiVersion: 'v1', kind: 'Pod', namespace: 'a', name: 'p' })
    await clock.advance(4900)
    expect(find('Pod', 'p')?.metadata.deletionTimestamp).toBeDefined()
    await clock.advance(200)
    expect(find('Pod', 'p')).toBeUndefined()
    engine.stop()
  })

  test('the pods of a lost node go after a while; a node that comes back keeps them', async () => {
    const { clock, kubernetes, pod, node, find, engine } = await unitCluster(
      {},
      withDelays({ delays: { ...delays, orphanedMs: () => 1000 } }),
    )
    const host = await node('n')
    await pod('p')
    await clock.advance(5000)
    const ref = { apiVersion: 'v1', kind: 'Node', name: 'n' }
    await kubernetes.delete(ref)
    await clock.advance(500)
    await node('n')
    await clock.advance(5000)
    const kept = find('Pod', 'p')
    expect(kept && isTrue(podStatus(kept), 'Ready')).toBe(true)
    await kubernetes.delete(ref)
    await clock.advance(2000)
    expect(find('Pod', 'p')).toBeUndefined()
    expect(host.metadata.name).toBe('n')
    engine.stop()
  })

  test('companions that are started again go on where they were', async () => {
    const { clock, pod, node, isReady, engine } = await unitCluster()
    const first = engine.startCompanions(withDelays())
    await node('n')
    await pod('p')
    await clock.advance(1000)
    first.stop()
    await clock.advance(10_000)
    expect(isReady('p')).toBe(false)
    engine.startCompanions(withDelays())
    await clock.advance(3000)
    expect(isReady('p')).toBe(true)
    engine.stop()
  })

  test('watches that are closed all the time, and lost history, cost nothing but time', async () => {
    const { clock, pod, node, isReady, engine } = await unitCluster({}, withDelays())
    const names = Array.from({ length: 40 }, (_, index) => `p-${index}`)
    for (const [index, name] of names.entries()) {
      if (index % 4 === 0) await node(`n-${index}`)
      await pod(name)
      if (index % 3 === 0) engine.closeWatches()
      if (index % 7 === 0) engine.compact()
      await clock.advance(50)
    }
    await clock.advance(60_000)
    expect(names.filter((name) => !isReady(name))).toEqual([])
    engine.stop()
  })
})
