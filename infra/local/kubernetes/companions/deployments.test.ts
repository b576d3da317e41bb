// The Deployment controller on a clock that stands still: replacement of lost pods, and a new template.
import { expect, test } from 'vitest'
import { quickPods, unitCluster, type UnitCluster } from '../unit-cluster.ts'

const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'a', name: 'web' }

async function webOf(cluster: UnitCluster, replicas: number): Promise<void> {
  const labels = { app: 'web' }
  await cluster.kubernetes.create({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'a' },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'main', image: 'image:1' }] },
      },
    },
  })
}

test('a pod that is lost is replaced', async () => {
  const cluster = await unitCluster({}, quickPods)
  const { clock, engine, kubernetes, node } = cluster
  await node('n')
  await webOf(cluster, 2)
  await clock.advance(5000)
  const before = engine.snapshot('v1', 'Pod').map(({ metadata }) => metadata.name)
  expect(before).toHaveLength(2)
  await kubernetes.delete({ apiVersion: 'v1', kind: 'Pod', namespace: 'a', name: before[0] ?? '' })
  await clock.advance(5000)
  const after = engine.snapshot('v1', 'Pod').map(({ metadata }) => metadata.name)
  expect(after).toHaveLength(2)
  expect(after).not.toContain(before[0])
  expect(cluster.find('Deployment', 'web')?.status).toMatchObject({
    replicas: 2,
    readyReplicas: 2,
    conditions: [{ type: 'Available', status: 'True' }],
  })
  engine.stop()
})

test('pods that admission refuses are tried again, more and more seldom, until it takes them', async () => {
  const cluster = await unitCluster({}, quickPods)
  const { clock, engine, kubernetes, node } = cluster
  await node('n')
  await webOf(cluster, 2)
  await kubernetes.patch(ref, { spec: { template: { spec: { priorityClassName: 'late' } } } })
  await clock.advance(60_000)
  const late = engine
    .snapshot('v1', 'Pod')
    .filter(({ spec }) => spec?.['priorityClassName'] === 'late')
  expect(late).toEqual([])
  await kubernetes.create({
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name: 'late' },
    value: 7,
  })
  await clock.advance(120_000)
  expect(cluster.find('Deployment', 'web')?.status).toMatchObject({ readyReplicas: 2 })
  engine.stop()
})

test('a new template gets new pods, and the old ones go', async () => {
  const cluster = await unitCluster({}, quickPods)
  const { clock, engine, kubernetes, node } = cluster
  await node('n')
  await webOf(cluster, 2)
  await clock.advance(5000)
  const containers = [{ name: 'main', image: 'image:2' }]
  await kubernetes.patch(ref, { spec: { template: { spec: { containers } } } })
  await clock.advance(5000)
  const pods = engine.snapshot('v1', 'Pod')
  expect(pods.map(({ spec }) => spec?.['containers'])).toMatchObject([
    [{ image: 'image:2' }],
    [{ image: 'image:2' }],
  ])
  const sets = engine.snapshot('apps/v1', 'ReplicaSet').map(({ spec }) => spec?.['replicas'])
  expect(sets.map(Number).toSorted((left, right) => left - right)).toEqual([0, 2])
  engine.stop()
})

test('without a node nothing is ready, and nothing is made twice', async () => {
  const cluster = await unitCluster({}, quickPods)
  await webOf(cluster, 3)
  await cluster.clock.advance(60_000)
  expect(cluster.engine.snapshot('v1', 'Pod')).toHaveLength(3)
  expect(cluster.find('Deployment', 'web')?.status).toMatchObject({ replicas: 3, readyReplicas: 0 })
  cluster.engine.stop()
})
