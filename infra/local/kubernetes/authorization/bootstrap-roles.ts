// The roles that every cluster has from the beginning, as far as somebody here has them: administrators, whoever has a
// name, and the companions. The rules of the companions are the parts of the real ones that they use.
import type { KubernetesObject } from '../../../../shared/manifests/object.ts'
import { MASTERS } from './identity.ts'

const apiVersion = 'rbac.authorization.k8s.io/v1'
const apiGroup = 'rbac.authorization.k8s.io'
const labels = { 'kubernetes.io/bootstrapping': 'rbac-defaults' }

const all = ['*']
const read = ['get', 'list', 'watch']

const on = (
  group: string,
  resources: readonly string[],
  verbs: readonly string[],
): Record<string, readonly string[]> => ({ apiGroups: [group], resources, verbs })
const paths = (...nonResourceURLs: readonly string[]) => ({ nonResourceURLs, verbs: ['get'] })

interface Bootstrap {
  readonly rules: readonly object[]
  readonly subjects: readonly { readonly kind: 'Group' | 'User'; readonly name: string }[]
}

const health = ['/healthz', '/livez', '/readyz', '/version', '/version/']
const replicas = 'system:serviceaccount:kube-system:deployment-controller'

const roles: Readonly<Record<string, Bootstrap>> = {
  'cluster-admin': {
    rules: [
      { apiGroups: all, resources: all, verbs: all },
      { nonResourceURLs: all, verbs: all },
    ],
    subjects: [{ kind: 'Group', name: MASTERS }],
  },
  'system:basic-user': {
    rules: [
      on(
        'authorization.k8s.io',
        ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
        ['create'],
      ),
      on('authentication.k8s.io', ['selfsubjectreviews'], ['create']),
    ],
    subjects: [{ kind: 'Group', name: 'system:authenticated' }],
  },
  'system:discovery': {
    rules: [paths('/api', '/api/*', '/apis', '/apis/*', '/openapi', '/openapi/*', ...health)],
    subjects: [{ kind: 'Group', name: 'system:authenticated' }],
  },
  'system:public-info-viewer': {
    rules: [paths(...health)],
    subjects: [
      { kind: 'Group', name: 'system:authenticated' },
      { kind: 'Group', name: 'system:unauthenticated' },
    ],
  },
  'system:kube-scheduler': {
    rules: [
      on('', ['nodes', 'pods', 'namespaces'], read),
      on('', ['pods'], ['delete']),
      on('', ['bindings', 'pods/binding'], ['create']),
      on('', ['pods/status'], ['patch', 'update']),
      on('scheduling.k8s.io', ['priorityclasses'], read),
      on('policy', ['poddisruptionbudgets'], read),
    ],
    subjects: [{ kind: 'User', name: 'system:kube-scheduler' }],
  },
  // Of all nodes at once: a real kubelet is held to its own node by an authorizer of its own.
  'system:node': {
    rules: [
      on('', ['nodes'], [...read, 'create', 'update', 'patch', 'delete']),
      on('', ['nodes/status'], ['patch', 'update']),
      on('', ['pods'], [...read, 'delete']),
      on('', ['pods/status'], ['patch', 'update']),
    ],
    subjects: [{ kind: 'User', name: 'system:nodes' }],
  },
  'system:controller:deployment-controller': {
    rules: [
      on('apps', ['deployments'], [...read, 'update']),
      on('apps', ['replicasets'], [...read, 'create', 'update', 'patch', 'delete']),
      on('apps', ['deployments/status', 'replicasets/status'], ['patch', 'update']),
      on('', ['pods'], [...read, 'create', 'delete']),
    ],
    subjects: [{ kind: 'User', name: replicas }],
  },
}

export const bootstrapRoles: readonly KubernetesObject[] = Object.entries(roles).flatMap(
  ([name, { rules, subjects }]): KubernetesObject[] => {
    const metadata = { name, labels }
    const roleRef = { apiGroup, kind: 'ClusterRole', name }
    return [
      { apiVersion, kind: 'ClusterRole', metadata, rules },
      {
        apiVersion,
        kind: 'ClusterRoleBinding',
        metadata,
        roleRef,
        subjects: subjects.map((each) => ({ apiGroup, ...each })),
      },
    ]
  },
)
