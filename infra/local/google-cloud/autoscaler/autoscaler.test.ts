import { describe, expect, it } from 'vitest'
import type { KubernetesEngine } from '../../kubernetes/engine.ts'
import {
  CLUSTER_PATH,
  isNodeReady,
  nodesOf,
  unitCloud,
  ZONES,
} from '../../../../test/google-cloud/unit-cloud.ts'
import { executorPod, executorPool } from '../../../../test/google-cloud/executor-pods.ts'
import { taintsOf } from './node-use.ts'

const SCAN = 10_000
const BOOT = 80_000

type Options = Parameters<typeof executorPod>[1]

async function createPods(kubernetes: KubernetesEngine, count: number, options: Options = {}) {
  const face = kubernetes.face('system:admin')
  const { namespace = 'spark' } = options
  await face
    .create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
    .catch(() => undefined)
  await Promise.all(
    Array.from({ length: count }, (_, index) =>
      face.create(executorPod(`e-${index}`, { ...options, owner: '' })),
    ),
  )
}

/** With an owner, as the executors of a cluster have: an object that the garbage collector finds. */
async function createOwnedPods(kubernetes: KubernetesEngine, count: number, options: Options = {}) {
  const face = kubernetes.face('system:admin')
  const { namespace = 'spark' } = options
  await face
    .create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
    .catch(() => undefined)
  const owner = await face.create({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'owner', namespace },
  })
  const { uid = '' } = owner.metadata
  for (let index = 0; index < count; index++) {
    const pod = executorPod(`e-${index}`, options)
    const reference = { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid, controller: true }
    await face.create({
      ...pod,
      metadata: { ...pod.metadata, ownerReferences: [reference] },
    })
  }
}

const byText = (one = '', two = ''): number => one.localeCompare(two)

describe('the autoscaler', () => {
  it('brings a hundred nodes for a hundred alike pods in one scan and one boot', async () => {
    const cloud = await unitCloud()
    const kubernetes = await cloud.makeCluster(executorPool())
    await createOwnedPods(kubernetes, 100, { zone: ZONES[1] })
    await cloud.clock.advance(SCAN + BOOT + 100)
    const nodes = nodesOf(kubernetes, 'executors')
    expect(nodes).toHaveLength(100)
    expect(nodes.every(isNodeReady)).toBe(true)
    for (const { metadata, spec } of nodes) {
      expect(metadata.labels).toMatchObject({
        'topology.kubernetes.io/zone': ZONES[1],
        'node.kubernetes.io/instance-type': 'n2-standard-4',
        'kindling.dev/pool': 'executors',
      })
      expect(spec?.['taints']).toEqual([
        { key: 'kindling.dev/only', value: 'spark', effect: 'NoSchedule' },
      ])
    }
    const decisions = cloud.entries.filter((entry) => JSON.stringify(entry).includes('scaleUp":'))
    expect(decisions).toHaveLength(1)
    await cloud.engine.stop()
  })

  it('registers nodes tainted as not ready, a moment before they are', async () => {
    const cloud = await unitCloud()
    const kubernetes = await cloud.makeCluster(executorPool())
    await createOwnedPods(kubernetes, 1)
    await cloud.clock.until(
      'a node',
      () => nodesOf(kubernetes, 'executors').length > 0,
      SCAN + BOOT,
    )
    const [node] = nodesOf(kubernetes, 'executors')
    expect(node && isNodeReady(node)).toBe(false)
    expect(node && taintsOf(node)).toContainEqual({
      key: 'node.kubernetes.io/not-ready',
      effect: 'NoSchedule',
    })
    await cloud.engine.stop()
  })

  it('brings no second node for a pod whose first is on its way, or is free', async () => {
    const cloud = await unitCloud()
    const kubernetes = await cloud.makeCluster(executorPool())
    await createPods(kubernetes, 2)
    await cloud.clock.advance(20 * SCAN)
    expect(nodesOf(kubernetes, 'executors')).toHaveLength(2)
    await cloud.engine.stop()
  })

  it('goes to another zone on a stock-out, holds the first one back, and says so', async () => {
    const cloud = await unitCloud()
    const kubernetes = await cloud.makeCluster(executorPool())
    await cloud.engine.faults.set('stock-out', {
      zone: ZONES[0],
      machineType: 'n2-standard-4',
      left: 3,
    })
    await createOwnedPods(kubernetes, 5)
    await cloud.clock.advance(3 * SCAN + BOOT)
    const zones = nodesOf(kubernetes, 'executors').map(
      ({ metadata }) => metadata.labels?.['topology.kubernetes.io/zone'],
    )
    expect(zones.toSorted(byText)).toEqual([ZONES[0], ZONES[0], ZONES[0], ZONES[1], ZONES[1]])
    const text = JSON.stringify(cloud.entries)
    expect(text).toContain('scale.up.error.out.of.resources')
    await cloud.engine.stop()
  })

  it('tries a stocked-out zone again after its back-off', async () => {
    const cloud = await unitCloud()
    const kubernetes = await cloud.makeCluster(executorPool())
    await cloud.engine.faults.set('stock-out', { zone: ZONES[0] })
    await createOwnedPods(kubernetes, 2, { zone: ZONES[0] })
    await cloud.clock.advance(2 * SCAN)
    cloud.engine.faults.clear('stock-out')
    await cloud.clock.advance(4 * 60_000)
    expect(nodesOf(kubernetes, 'executors')).toEqual([])
    await cloud.clock.advance(60_000 + 2 * SCAN + BOOT)
    expect(nodesOf(kubernetes, 'executors')).toHaveLength(2)
    await cloud.engine.stop()
  })

  it('stops at the CPU quota', async () => {
    const cloud = await unitCloud()
    const kubernetes = await cloud.makeCluster(executorPool())
    await cloud.engine.faults.set('quota', { metric: 'N2_CPUS', limit: 3 * 4 })
    await createOwnedPods(kubernetes, 5)
    await cloud.clock.advance(3 * SCAN + BOOT)
    expect(nodesOf(kubernetes, 'executors')).toHaveLength(3)
    expect(JSON.stringify(cloud.entries)).toContain('scale.up.error.quota.exceeded')
    await cloud.engine.stop()
  })

  it('removes empty nodes after the delay of their pool, never one with a pod', async () => {
    const cloud = await unitCloud()
    const kubernetes = await cloud.makeCluster(executorPool())
    await createOwnedPods(kubernetes, 3)
    await cloud.clock.advance(SCAN + BOOT + 100)
    const [busy] = nodesOf(kubernetes, 'executors')
    const face = kubernetes.face('system:admin')
    await face.create(executorPod('bound', { owner: '', nodeName: busy?.metadata.name ?? '' }))
    for (let index = 0; index < 3; index++)
      await face.delete(
        { apiVersion: 'v1', kind: 'Pod', namespace: 'spark', name: `e-${index}` },
        { gracePeriodSeconds: 0 },
      )
    await cloud.clock.advance(110_000)
    expect(nodesOf(kubernetes, 'executors')).toHaveLength(3)
    await cloud.clock.advance(10_000 + 3 * SCAN)
    expect(nodesOf(kubernetes, 'executors')).toMatchObject([
      { metadata: { name: busy?.metadata.name } },
    ])
    await cloud.engine.stop()
  })

  it('looks no more when there is nothing to do', async () => {
    const cloud = await unitCloud()
    const kubernetes = await cloud.makeCluster(executorPool())
    await cloud.clock.advance(10 * SCAN)
    const before = kubernetes.openWatches()
    let timers = 0
    const after = cloud.clock.after.bind(cloud.clock)
    cloud.clock.after = (ms, run) => {
      timers += 1
      return after(ms, run)
    }
    await cloud.clock.advance(72 * 3_600_000)
    expect(kubernetes.openWatches()).toBe(before)
    expect(timers).toBe(0)
    await cloud.engine.stop()
  })

  it('replaces a machine that was reclaimed', async () => {
    const cloud = await unitCloud()
    const kubernetes = await cloud.makeCluster(executorPool())
    await createOwnedPods(kubernetes, 1)
    await cloud.clock.advance(SCAN + BOOT + 100)
    const [node] = nodesOf(kubernetes, 'executors')
    const name = node?.metadata.name ?? ''
    const face = kubernetes.face('system:admin')
    await face.create(executorPod('bound', { owner: '', nodeName: name }))
    await cloud.clock.advance(0)
    await cloud.engine.faults.set('preempt', { cluster: CLUSTER_PATH, node: name })
    await cloud.clock.advance(14_000)
    expect(nodesOf(kubernetes, 'executors')).toHaveLength(1)
    await cloud.clock.advance(2000)
    const bound = await face.get({
      apiVersion: 'v1',
      kind: 'Pod',
      namespace: 'spark',
      name: 'bound',
    })
    expect(bound?.status).toMatchObject({ phase: 'Failed', reason: 'Terminated' })
    expect(nodesOf(kubernetes, 'executors')).toEqual([])
    await cloud.clock.advance(2 * SCAN + BOOT)
    expect(nodesOf(kubernetes, 'executors')).toHaveLength(1)
    await cloud.engine.stop()
  })
})
