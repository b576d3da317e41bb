// Pending pods as a Spark cluster has them, for the tests of the autoscaler.
import type { KubernetesObject } from '../../shared/manifests/object.ts'
import type { NodePool } from '../../shared/google-cloud.ts'

interface ExecutorOptions {
  readonly namespace?: string
  readonly owner?: string | undefined
  readonly zone?: string
  readonly cpu?: string
  readonly memory?: string
  readonly env?: string
  readonly nodeName?: string
}

/** One that fills an n2-standard-4 of the pool `executors`. */
export function executorPod(name: string, options: ExecutorOptions = {}): KubernetesObject {
  const { namespace = 'spark', owner = 'owner-1', zone, cpu = '3', memory = '10Gi' } = options
  const { env, nodeName } = options
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      uid: `uid-${namespace}-${name}`,
      labels: { role: 'executor' },
      ...(owner === '' ? {} : { ownerReferences: [ownerReference(owner)] }),
    },
    spec: {
      ...(nodeName === undefined ? {} : { nodeName }),
      nodeSelector: {
        'kindling.dev/pool': 'executors',
        ...(zone === undefined ? {} : { 'topology.kubernetes.io/zone': zone }),
      },
      tolerations: [{ key: 'kindling.dev/only', operator: 'Equal', value: 'spark' }],
      containers: [
        {
          name: 'executor',
          image: 'spark',
          ...(env === undefined ? {} : { env: [{ name: 'INDEX', value: env }] }),
          resources: { requests: { cpu, memory } },
        },
      ],
    },
  }
}

function ownerReference(uid: string) {
  return { apiVersion: 'kindling.dev/v1', kind: 'SparkCluster', name: 'c', uid, controller: true }
}

/** A pool that those pods select, in one machine type. */
export function executorPool(more: Partial<NodePool> = {}): NodePool {
  return {
    name: 'executors',
    config: {
      machineType: 'n2-standard-4',
      labels: { 'kindling.dev/pool': 'executors' },
      taints: [{ key: 'kindling.dev/only', value: 'spark', effect: 'NO_SCHEDULE' }],
      consolidationDelay: '120s',
    },
    initialNodeCount: 0,
    autoscaling: {
      enabled: true,
      totalMinNodeCount: 0,
      totalMaxNodeCount: 1500,
      locationPolicy: 'ANY',
    },
    maxPodsConstraint: { maxPodsPerNode: 32 },
    ...more,
  }
}
