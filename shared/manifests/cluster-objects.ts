// What stands in a cluster's namespace before its pods do, in the order in which it is created: the namespace first, the
// custom resource last, so that whoever sees the custom resource finds everything else in place.
import { DRIVER_SERVICE } from '../domain/names.ts'
import type { Role } from '../domain/sizing.ts'
import { clusterLimits, clusterNamespace, clusterQuota } from './cluster-namespace.ts'
import { clusterMark, labelKeys, type Labels } from './labels.ts'
import { clusterPolicies } from './network-policies.ts'
import type { KubernetesObject } from './object.ts'
import { sparkCluster, type SparkClusterInput } from './spark-cluster.ts'
import { sparkPorts } from './spark-pod.ts'

export interface ClusterObjectsInput extends SparkClusterInput {
  /** The workspace's address ranges, which no pod may reach except in its own namespace. */
  readonly closedRanges: readonly string[]
}

export function clusterObjects(input: ClusterObjectsInput): KubernetesObject[] {
  const { namespace, closedRanges, driver, executors } = input
  const labels = clusterMark(input, input.life)
  const bounds = {
    driver: driver.size,
    executor: executors.size,
    executors: executors.count,
  }
  return [
    clusterNamespace(namespace, labels),
    ...clusterPolicies({ namespace, labels, closedRanges }),
    clusterQuota(namespace, labels, bounds),
    clusterLimits(namespace, labels, bounds),
    serviceAccount('driver', namespace, labels),
    serviceAccount('executor', namespace, labels),
    driverService(namespace, labels),
    sparkCluster(input),
  ]
}

/** Pods get an account of their own without a token: nothing in them may speak to the Kubernetes API. */
function serviceAccount(role: Role, namespace: string, labels: Labels): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: role, namespace, labels },
    automountServiceAccountToken: false,
  }
}

/** Resolves to the driver pod before it is ready, because executors register with a Master that only starts. */
function driverService(namespace: string, labels: Labels): KubernetesObject {
  const { master, connect, ui, masterUi } = sparkPorts
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: DRIVER_SERVICE, namespace, labels },
    spec: {
      type: 'ClusterIP',
      clusterIP: 'None',
      publishNotReadyAddresses: true,
      selector: { [labelKeys.role]: 'driver' },
      ports: Object.entries({ master, connect, ui, 'master-ui': masterUi }).map(([name, port]) => ({
        name,
        port,
        targetPort: port,
        protocol: 'TCP',
      })),
    },
  }
}
