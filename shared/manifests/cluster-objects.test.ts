import { describe, expect, it } from 'vitest'
import { clusterObjects, type ClusterObjectsInput } from './cluster-objects.ts'
import type { JsonObject, KubernetesObject } from './object.ts'

const size = { cpuMilli: 6950, memoryMib: 26_122, cores: 8, heapMib: 19_351 }
const input: ClusterObjectsInput = {
  account: 'acme',
  workspace: 'prod',
  cluster: 'etl',
  namespace: 'kdl-etl-abcdefgh-3',
  life: 3,
  generation: 4,
  runtime: '17.3.x-scala2.13',
  image: 'registry/spark@sha256:abc',
  driver: { machineType: 'n2-standard-8', pool: 'n2-standard-8', size },
  executors: {
    machineType: 'n2-standard-8',
    pool: 'n2-standard-8',
    size,
    count: 100,
    spot: true,
  },
  closedRanges: ['10.0.0.0/19', '198.18.0.0/15'],
}
const objects = clusterObjects(input)
const only = (kind: string): KubernetesObject[] => objects.filter((each) => each.kind === kind)
const specOf = (kind: string): JsonObject => only(kind)[0]?.spec ?? {}

describe('the objects of a cluster', () => {
  it('begin with the namespace and end with the custom resource', () => {
    expect(objects[0]).toMatchObject({ kind: 'Namespace', metadata: { name: input.namespace } })
    expect(objects.at(-1)).toMatchObject({
      apiVersion: 'kindling.dev/v1',
      kind: 'SparkCluster',
      metadata: { name: 'spark-etl-3' },
      spec: { cluster: 'etl', generation: 4, executors: { count: 100, spot: true } },
    })
    expect(objects.at(-1)?.spec).not.toHaveProperty('zone')
  })

  it('all carry the mark and, but for the namespace itself, lie in it', () => {
    for (const { kind, metadata } of objects) {
      expect(metadata.labels).toMatchObject({
        'app.kubernetes.io/managed-by': 'kindling',
        'kindling.dev/account': 'acme',
        'kindling.dev/workspace': 'prod',
        'kindling.dev/cluster': 'etl',
        'kindling.dev/life': '3',
      })
      expect(metadata.namespace).toBe(kind === 'Namespace' ? undefined : input.namespace)
    }
  })

  it('the namespace refuses pods that are not restricted', () => {
    expect(only('Namespace')[0]?.metadata.labels).toMatchObject({
      'pod-security.kubernetes.io/enforce': 'restricted',
    })
  })

  it('quota-conflict: the quota has twice the room that the cluster needs', () => {
    expect(specOf('ResourceQuota')['hard']).toMatchObject({
      pods: '202',
      'requests.cpu': `${101 * 6950 * 2}m`,
      'requests.memory': `${101 * 26_122 * 2}Mi`,
      'services.loadbalancers': '0',
    })
  })

  it('room: limits give containers memory, and never a CPU limit', () => {
    const [limit] = specOf('LimitRange')['limits'] as readonly JsonObject[]
    expect(limit).toMatchObject({ type: 'Container', max: { memory: '26122Mi' } })
    expect(limit?.['default']).not.toHaveProperty('cpu')
    expect(limit?.['max']).not.toHaveProperty('cpu')
  })

  it('give pods accounts without a token', () => {
    expect(only('ServiceAccount')).toMatchObject([
      { metadata: { name: 'driver' }, automountServiceAccountToken: false },
      { metadata: { name: 'executor' }, automountServiceAccountToken: false },
    ])
  })

  it('spark-topology: the Service is headless and names a driver that is not ready yet', () => {
    expect(only('Service')[0]).toMatchObject({
      metadata: { name: 'driver' },
      spec: {
        clusterIP: 'None',
        publishNotReadyAddresses: true,
        selector: { 'kindling.dev/role': 'driver' },
      },
    })
  })
})
