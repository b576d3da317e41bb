// Everything that Kindling installs is taken by the API server as it is, with nothing of it refused or pruned.
import { expect, test } from 'vitest'
import { clusterObjects } from '../../../shared/manifests/cluster-objects.ts'
import { driverPod } from '../../../shared/manifests/driver-pod.ts'
import { executorPod } from '../../../shared/manifests/executor-pod.ts'
import type { KubernetesObject } from '../../../shared/manifests/object.ts'
import { workspaceServices } from '../../../shared/manifests/workspace-services.ts'
import { quickPods, unitCluster } from './unit-cluster.ts'

const ids = { account: 'acme', workspace: 'prod', cluster: 'etl', life: 1, epoch: 1 }
const size = { cpuMilli: 2950, memoryMib: 11_122, cores: 4, heapMib: 8351 }
const shape = { machineType: 'n2-standard-4', pool: 'n2-standard-4', size }
const image = 'registry.invalid/spark@sha256:0'
const namespace = 'kdl-etl-abcdefgh-1'

function taken(given: KubernetesObject, stored: KubernetesObject): void {
  const { metadata: _metadata, ...content } = given
  expect(stored).toMatchObject(content)
}

test('the services of a workspace, then a cluster, whose pods run', async () => {
  const { kubernetes, clock, engine, find, isReady } = await unitCluster({}, quickPods)
  const serviceAccount = 'kindling@example.iam'
  const services = workspaceServices({
    ...ids,
    serviceAccount,
    agentImage: 'agent',
    topic: 't',
    project: 'p',
  })
  const cluster = clusterObjects({
    ...ids,
    namespace,
    generation: 1,
    runtime: '17.3.x-scala2.13',
    image,
    driver: shape,
    executors: { ...shape, count: 3, spot: false },
    closedRanges: ['10.0.0.0/8'],
  })
  for (const object of [...services, ...cluster]) taken(object, await kubernetes.create(object))

  const resource = engine.snapshot('kindling.dev/v1', 'SparkCluster')[0]
  const owner = { name: resource?.metadata.name ?? '', uid: resource?.metadata.uid ?? '' }
  const input = { ...ids, namespace, owner, image, pool: shape.pool, size }
  const pods = [
    driverPod({ ...input, executorSize: size }),
    ...[1, 2, 3].map((index) => executorPod({ ...input, index, spot: false })),
  ]
  for (const [index, pod] of pods.entries()) {
    taken(pod, await kubernetes.create(pod))
    await kubernetes.create({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: `n-${index}`, labels: { 'kindling.dev/pool': shape.pool } },
      spec: { taints: [{ key: 'kindling.dev/pool', value: shape.pool, effect: 'NoSchedule' }] },
      status: {
        allocatable: { cpu: '3920m', memory: '13Gi', pods: '32' },
        conditions: [{ type: 'Ready', status: 'True' }],
      },
    })
  }
  await clock.advance(10_000)
  expect(pods.map(({ metadata }) => isReady(metadata.name))).toEqual([true, true, true, true])
  const hosts = pods.map(({ metadata }) => find('Pod', metadata.name)?.spec?.['nodeName'])
  expect(new Set(hosts).size).toBe(4)
  engine.stop()
})
