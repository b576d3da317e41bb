// A launch in a simulated cluster from end to end: autoscaler and machines with the scheduler and kubelets beside them.
import { describe, expect, it } from 'vitest'
import { executorPod, executorPool } from '../../../test/google-cloud/executor-pods.ts'
import { nodesOf, unitCloud } from '../../../test/google-cloud/unit-cloud.ts'
import { podPhase, podSpec } from './nodes/pod-view.ts'

const SCAN = 10_000
const BOOT = 80_000
const PULL = 20_000
const START = 2000

describe('a hundred executors', () => {
  it('run on a node each after one scan, one boot and one pull, and their nodes go after them', async () => {
    const cloud = await unitCloud()
    const kubernetes = await cloud.makeCluster(executorPool())
    kubernetes.startCompanions({
      delays: { imagePullMs: () => PULL, podStartMs: () => START },
    })
    const face = kubernetes.face('system:admin')
    const metadata = { name: 'spark' }
    await face.create({ apiVersion: 'v1', kind: 'Namespace', metadata })
    await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        face.create(executorPod(`e-${index}`, { owner: '' })),
      ),
    )
    await cloud.clock.advance(SCAN + BOOT + PULL + START + 1000)
    const all = kubernetes.snapshot('v1', 'Pod')
    const pods = all.filter(({ metadata }) => metadata.namespace === 'spark')
    expect(pods.map(podPhase)).toEqual(Array.from({ length: 100 }, () => 'Running'))
    expect(new Set(pods.map((pod) => podSpec(pod).nodeName)).size).toBe(100)

    await face.deleteAll(
      { apiVersion: 'v1', kind: 'Pod', namespace: 'spark' },
      { labelSelector: 'role=executor' },
    )
    // Two minutes empty, then ten nodes a scan.
    await cloud.clock.advance(1000 + 120_000 + 13 * SCAN)
    expect(nodesOf(kubernetes, 'executors')).toEqual([])
    await cloud.engine.stop()
  })
})
