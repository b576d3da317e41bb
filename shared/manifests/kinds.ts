// The Kubernetes kinds that Kindling meets, with what a REST path needs to know of each: the plural is not derivable
// from the kind. Custom kinds of others are found through discovery or their CustomResourceDefinition, not here.

export interface Resource {
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly plural: string
  readonly namespaced: boolean
  /** Whether the status is a subresource of its own, which writes to the main resource leave alone. */
  readonly hasStatus: boolean
  /** Exists only while its CustomResourceDefinition does. */
  readonly custom?: true
}

type Row = readonly [kind: string, plural: string, traits?: string]

/** Traits: `cluster` = not in a namespace, `status` = has a status subresource, `custom`. */
const table: Readonly<Record<string, readonly Row[]>> = {
  v1: [
    ['Namespace', 'namespaces', 'cluster status'],
    ['Node', 'nodes', 'cluster status'],
    ['Pod', 'pods', 'status'],
    ['Binding', 'bindings'],
    ['Service', 'services', 'status'],
    ['ServiceAccount', 'serviceaccounts'],
    ['ConfigMap', 'configmaps'],
    ['Secret', 'secrets'],
    ['ResourceQuota', 'resourcequotas', 'status'],
    ['LimitRange', 'limitranges'],
    ['Event', 'events'],
  ],
  'apps/v1': [
    ['DaemonSet', 'daemonsets', 'status'],
    ['Deployment', 'deployments', 'status'],
    ['ReplicaSet', 'replicasets', 'status'],
  ],
  'policy/v1': [['PodDisruptionBudget', 'poddisruptionbudgets', 'status']],
  'networking.k8s.io/v1': [['NetworkPolicy', 'networkpolicies']],
  'scheduling.k8s.io/v1': [['PriorityClass', 'priorityclasses', 'cluster']],
  'coordination.k8s.io/v1': [['Lease', 'leases']],
  'rbac.authorization.k8s.io/v1': [
    ['Role', 'roles'],
    ['RoleBinding', 'rolebindings'],
    ['ClusterRole', 'clusterroles', 'cluster'],
    ['ClusterRoleBinding', 'clusterrolebindings', 'cluster'],
  ],
  'apiextensions.k8s.io/v1': [
    ['CustomResourceDefinition', 'customresourcedefinitions', 'cluster status'],
  ],
  'flowcontrol.apiserver.k8s.io/v1': [
    ['FlowSchema', 'flowschemas', 'cluster status'],
    ['PriorityLevelConfiguration', 'prioritylevelconfigurations', 'cluster status'],
  ],
  'admissionregistration.k8s.io/v1': [
    ['ValidatingAdmissionPolicy', 'validatingadmissionpolicies', 'cluster status'],
    ['ValidatingAdmissionPolicyBinding', 'validatingadmissionpolicybindings', 'cluster'],
  ],
  'kindling.dev/v1': [['SparkCluster', 'sparkclusters', 'status custom']],
}

/** `v1` -> no group; `apps/v1` -> group apps. */
export function splitApiVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf('/')
  if (slash < 0) return { group: '', version: apiVersion }
  return { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) }
}

export function apiVersionOf(resource: Pick<Resource, 'group' | 'version'>): string {
  return resource.group ? `${resource.group}/${resource.version}` : resource.version
}

export const kinds: readonly Resource[] = Object.entries(table).flatMap(([apiVersion, rows]) =>
  rows.map(([kind, plural, traits = '']) => ({
    ...splitApiVersion(apiVersion),
    kind,
    plural,
    namespaced: !traits.includes('cluster'),
    hasStatus: traits.includes('status'),
    ...(traits.includes('custom') ? { custom: true as const } : {}),
  })),
)

const byName = new Map(
  kinds.map((resource) => [`${apiVersionOf(resource)} ${resource.kind}`, resource]),
)

/** What the table knows of a kind; nothing for custom kinds of others. */
export function resourceOf(apiVersion: string, kind: string): Resource | undefined {
  return byName.get(`${apiVersion} ${kind}`)
}
