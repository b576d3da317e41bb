// What GKE runs by itself, seen from those whose pods it stands beside: on a cluster with scheduler and kubelets.
import { describe, expect, it } from 'vitest'
import { clusterOf } from '../../../../test/contract/google-cloud-world.ts'
import { executorPod, executorPool } from '../../../../test/google-cloud/executor-pods.ts'
import { CALLER, CLUSTER, unitCloud, ZONES } from '../../../../test/google-cloud/unit-cloud.ts'
import type { Taint } from '../../../../shared/google-cloud.ts'
import type { KubernetesObject } from '../../../../shared/manifests/object.ts'
import { isTrue, podStatus } from '../../kubernetes/pod-shape.ts'
import { podSpec } from './pod-view.ts'

const PULL = 20_000

/** A cluster whose system pool has this taint, with pods that run. */
async function clusterWith(taint: Taint | undefined) {
  const cloud = await unitCloud()
  const base = clusterOf(CLUSTER, await cloud.makeNetwork(), ZONES, CALLER.project)
  const nodePools = (base.nodePools ?? []).map((pool) => ({
    ...pool,
    config: { ...pool.config, taints: taint ? [taint] : [] },
  }))
  await cloud.ended(await cloud.gke.createCluster({ ...base, nodePools }))
  const kubernetes = cloud.kubernetesOf(CLUSTER)
  kubernetes.startCompanions({ delays: { imagePullMs: () => PULL, podStartMs: () => 1000 } })
  await cloud.clock.advance(2 * PULL)
  const pods = (): KubernetesObject[] => [...kubernetes.snapshot('v1', 'Pod')]
  const ready = (part: string): number =>
    pods().filter((pod) => pod.metadata.name.startsWith(part) && isTrue(podStatus(pod), 'Ready'))
      .length
  return { ...cloud, kubernetes, pods, ready, face: kubernetes.face('system:admin') }
}

const GKE_TAINT: Taint = {
  key: 'components.gke.io/gke-managed-components',
  value: 'true',
  effect: 'NO_SCHEDULE',
}

describe('kube-dns (rule *system-taint*)', () => {
  it('runs where the system pool has the taint that it tolerates, or none', async () => {
    for (const taint of [GKE_TAINT, undefined]) {
      const { ready, engine } = await clusterWith(taint)
      expect(ready('kube-dns')).toBe(2)
      await engine.stop()
    }
  })

  it('grows with the nodes, and shrinks with them', async () => {
    const { clock, engine, gke, ended, ready } = await clusterWith(GKE_TAINT)
    const pool = executorPool({ initialNodeCount: 20 })
    await ended(await gke.createNodePool(CLUSTER, pool))
    await clock.advance(3 * PULL)
    // 61 nodes with the system pool's one.
    expect(ready('kube-dns')).toBe(4)
    await ended(await gke.deleteNodePool(CLUSTER, 'executors'))
    await clock.advance(PULL)
    expect(ready('kube-dns')).toBe(2)
    await engine.stop()
  })

  it('hangs with any other taint, and then no executor finds its driver', async () => {
    const { ready, face, clock, engine, gke, ended, pods } = await clusterWith({
      ...GKE_TAINT,
      key: 'kindling.dev/system',
    })
    expect(ready('kube-dns')).toBe(0)
    await ended(await gke.createNodePool(CLUSTER, executorPool({ initialNodeCount: 1 })))
    await face.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'spark' } })
    for (const role of ['driver', 'executor']) {
      const pod = executorPod(role, { owner: '' })
      const labels = { 'kindling.dev/role': role }
      await face.create({ ...pod, metadata: { ...pod.metadata, labels } })
    }
    await clock.advance(10 * 60_000)
    expect([ready('driver'), ready('executor')]).toEqual([1, 0])
    expect(pods().some((pod) => podStatus(pod).phase === 'Running')).toBe(true)
    await engine.stop()
  })
})

describe("GKE's agents on each node (rule *room*)", () => {
  it('take room: a pod that asks for all that is allocatable is never placed, nor gets a node', async () => {
    const { face, clock, engine, gke, ended, pods, entries } = await clusterWith(GKE_TAINT)
    await ended(await gke.createNodePool(CLUSTER, executorPool({ initialNodeCount: 1 })))
    await face.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'spark' } })
    const placed = async (name: string, cpu: string): Promise<boolean> => {
      await face.create(executorPod(name, { owner: '', cpu, memory: '1Gi' }))
      await clock.advance(5 * 60_000)
      const pod = pods().find(({ metadata }) => metadata.name === name)
      return pod !== undefined && podSpec(pod).nodeName !== undefined
    }
    // An n2-standard-4 has 3,920m allocatable, of which the agents take 360m.
    expect(await placed('greedy', '3900m')).toBe(false)
    const refused = entries.filter((entry) => JSON.stringify(entry).includes('predicate.resources'))
    expect(refused.length).toBeGreaterThan(0)
    expect(await placed('modest', '3500m')).toBe(true)
    await engine.stop()
  })

  it('go with their node', async () => {
    const { clock, engine, gke, ended, pods } = await clusterWith(GKE_TAINT)
    await ended(await gke.createNodePool(CLUSTER, executorPool({ initialNodeCount: 1 })))
    await clock.advance(1000)
    const agents = (): number =>
      pods().filter(({ metadata }) => metadata.name.startsWith('gke-node-agents-gke-c-executors'))
        .length
    expect(agents()).toBe(3)
    await engine.faults.set('preempt', { pool: 'executors' })
    await clock.advance(20_000)
    expect(agents()).toBe(2)
    await ended(await gke.deleteNodePool(CLUSTER, 'executors'))
    expect(agents()).toBe(0)
    await engine.stop()
  })
})
