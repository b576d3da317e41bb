import { describe, expect, it } from 'vitest'
import { refusal } from '../../../../test/contract/google-cloud-world.ts'
import { executorPod, executorPool } from '../../../../test/google-cloud/executor-pods.ts'
import {
  CLUSTER,
  isNodeReady,
  nodesOf,
  unitCloud,
} from '../../../../test/google-cloud/unit-cloud.ts'
import { taintsOf } from '../autoscaler/node-use.ts'

const SECOND = 1000

/** A cluster with three nodes, of which the first has a pod that runs. */
async function threeNodes() {
  const cloud = await unitCloud()
  const pool = executorPool({ initialNodeCount: 1 })
  const kubernetes = await cloud.makeCluster(pool)
  const nodes = () =>
    nodesOf(kubernetes, 'executors').toSorted((one, two) =>
      one.metadata.name < two.metadata.name ? -1 : 1,
    )
  const name = nodes()[0]?.metadata.name ?? ''
  const face = kubernetes.face('system:admin')
  await face.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'spark' } })
  const pod = executorPod('e-0', { owner: '', nodeName: name })
  const labels = { ...pod.metadata.labels, 'kindling.dev/role': 'executor' }
  await face.create({ ...pod, metadata: { ...pod.metadata, labels } })
  const ref = { apiVersion: 'v1', kind: 'Pod', namespace: 'spark', name: 'e-0' }
  const conditions = [{ type: 'Ready', status: 'True' }]
  await face.patch(ref, { status: { phase: 'Running', conditions } }, { subresource: 'status' })
  await cloud.clock.advance(0)
  const machines = (): string[] =>
    cloud.engine.list().filter((path) => path.includes('/instances/gke-c-executors'))
  return {
    ...cloud,
    name,
    nodes,
    machines,
    node: () => nodes().find(({ metadata }) => metadata.name === name),
    pod: () => face.get(ref),
    faults: cloud.engine.faults,
  }
}

describe('a machine that is taken away (rule *spot*)', () => {
  it('has 15 s; then its pods have failed, with their names, and it is gone', async () => {
    const { clock, engine, faults, name, node, pod, machines } = await threeNodes()
    expect(await faults.set('preempt', { namespace: 'spark' })).toBe(`takes away ${name}`)
    await clock.advance(14 * SECOND)
    const leaving = node()
    expect(leaving && isNodeReady(leaving)).toBe(false)
    expect(leaving && taintsOf(leaving)).toContainEqual({
      key: 'cloud.google.com/impending-node-termination',
      effect: 'NoSchedule',
    })
    expect((await pod())?.status).toMatchObject({ phase: 'Running' })
    expect(machines()).toHaveLength(3)
    await clock.advance(2 * SECOND)
    expect((await pod())?.status).toMatchObject({
      phase: 'Failed',
      reason: 'Terminated',
      conditions: [
        { type: 'Ready', status: 'False' },
        { type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet' },
      ],
    })
    expect(node()).toBeUndefined()
    expect(machines()).toHaveLength(2)
    await clock.advance(3600 * SECOND)
    expect((await pod())?.status).toMatchObject({ phase: 'Failed' })
    await engine.stop()
  })
})

describe('a machine that dies', () => {
  it('is unreachable after 40 s, and goes with its pods a minute later', async () => {
    const { clock, engine, faults, name, node, pod, machines } = await threeNodes()
    expect(await faults.set('lose-node', { node: name })).toBe(`lost ${name}`)
    expect(machines()).toHaveLength(2)
    await clock.advance(39 * SECOND)
    const before = node()
    expect(before && isNodeReady(before)).toBe(true)
    await clock.advance(2 * SECOND)
    expect(node()?.status?.['conditions']).toMatchObject([
      { type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown' },
    ])
    const lost = node()
    expect(lost && taintsOf(lost).map(({ key, effect }) => `${key}:${effect}`)).toEqual([
      'kindling.dev/only:NoSchedule',
      'node.kubernetes.io/unreachable:NoSchedule',
      'node.kubernetes.io/unreachable:NoExecute',
    ])
    expect((await pod())?.status).toMatchObject({
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'False', reason: 'NodeNotReady' }],
    })
    await clock.advance(61 * SECOND)
    expect([node(), await pod()]).toEqual([undefined, undefined])
    await engine.stop()
  })
})

describe('whom it meets', () => {
  it('is the node, the pool, or whoever has a pod; the same ones for the same seed', async () => {
    const { engine, faults, nodes, name } = await threeNodes()
    const names = nodes().map(({ metadata }) => metadata.name)
    expect((await refusal(faults.set('lose-node', { node: 'none' }))).message).toBe(
      'there is no machine with node none',
    )
    await expect(faults.set('lose-node', { namespace: 'spark', role: 'driver' })).rejects.toThrow(
      'there is no machine with namespace spark, role driver',
    )
    await expect(faults.set('lose-node', { cluster: 'other' })).rejects.toThrow('no machine')
    expect(await faults.set('lose-node', { namespace: 'spark', count: 3 })).toBe(`lost ${name}`)
    expect(await faults.set('lose-node', { cluster: CLUSTER, pool: 'executors', count: 9 })).toBe(
      `lost ${names.filter((each) => each !== name).join(', ')}`,
    )
    await engine.stop()
  })
})
