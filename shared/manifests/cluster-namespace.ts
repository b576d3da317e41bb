// The namespace of one Spark cluster (R7) and what bounds it (R9): only restricted pods, about twice the resources that
// the cluster uses, and a memory limit for every container.
import type { PodSize } from '../domain/sizing.ts'
import type { Labels } from './labels.ts'
import type { KubernetesObject } from './object.ts'
import { restrictedNamespace } from './pod-security.ts'
import { countQuantity, cpuQuantity, memoryQuantity } from './quantities.ts'

export interface ClusterBounds {
  readonly driver: PodSize
  readonly executor: PodSize
  readonly executors: number
}

export function clusterNamespace(namespace: string, labels: Labels): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace, labels: { ...labels, ...restrictedNamespace } },
  }
}

export const CLUSTER_QUOTA = 'cluster'

/** A refused or repeated create stays charged for about five minutes (rule *quota-conflict*). */
const SLACK = 2

export function clusterQuota(
  namespace: string,
  labels: Labels,
  bounds: ClusterBounds,
): KubernetesObject {
  const { driver, executor, executors } = bounds
  const cpu = cpuQuantity((driver.cpuMilli + executor.cpuMilli * executors) * SLACK)
  const memory = memoryQuantity((driver.memoryMib + executor.memoryMib * executors) * SLACK)
  return {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: CLUSTER_QUOTA, namespace, labels },
    spec: {
      hard: {
        pods: countQuantity((1 + executors) * SLACK),
        'requests.cpu': cpu,
        'requests.memory': memory,
        'limits.memory': memory,
        'services.loadbalancers': '0',
        'services.nodeports': '0',
        persistentvolumeclaims: '0',
      },
    },
  }
}

export function clusterLimits(
  namespace: string,
  labels: Labels,
  { driver, executor }: ClusterBounds,
): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: { name: 'cluster', namespace, labels },
    spec: {
      limits: [
        {
          type: 'Container',
          // Memory only: a default or largest CPU would become a CPU limit (rule *room*).
          default: { memory: '256Mi' },
          defaultRequest: { cpu: '50m', memory: '256Mi' },
          max: { memory: memoryQuantity(Math.max(driver.memoryMib, executor.memoryMib)) },
        },
      ],
    },
  }
}
