// What a cluster has from its first moment on: namespaces, priorities, roles.
import type { KubernetesObject } from '../../../shared/manifests/object.ts'
import { bootstrapRoles } from './authorization/bootstrap-roles.ts'
import { systemNamespaces } from './namespace-lifecycle.ts'

const priorities = { 'system-cluster-critical': 2e9, 'system-node-critical': 2e9 + 1000 }

export const furniture: readonly KubernetesObject[] = [
  ...systemNamespaces.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
  ...Object.entries(priorities).map(([name, value]) => ({
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name },
    value,
  })),
  ...bootstrapRoles,
]
