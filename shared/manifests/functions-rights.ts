// What the functions may do in a workspace's GKE cluster, as the rules of a ClusterRole. The customer grants the same as
// permissions of an IAM role (`create pods` is `container.pods.create`); the local stack's real API server grants this.
import type { JsonObject } from './object.ts'

const rule = (apiGroup: string, resources: readonly string[], verbs: readonly string[]) => ({
  apiGroups: [apiGroup],
  resources,
  verbs,
})

/** Of what they make and look at one by one: found again, repaired, and removed in the end. */
const KEEP = ['get', 'create', 'patch', 'delete']
/** Of what bounds a cluster: looked at by kind, and gone with its namespace. */
const IN_NAMESPACE = ['get', 'list', 'create', 'patch']

/**
 * The last two verbs let them give the agent rights that they do not have themselves: rights that come from IAM do not
 * count when RBAC asks whether somebody may hand them on.
 */
const GRANT = [...KEEP, 'escalate', 'bind']

/** Each is used (test/laws/rights.test.ts). */
export const functionsRights: readonly JsonObject[] = [
  rule('', ['namespaces', 'serviceaccounts'], [...KEEP, 'list']),
  rule('', ['resourcequotas', 'limitranges', 'services'], IN_NAMESPACE),
  rule('', ['pods'], ['get', 'list', 'create', 'delete', 'deletecollection']),
  rule('', ['nodes'], ['list']),
  rule('apps', ['deployments'], KEEP),
  rule('policy', ['poddisruptionbudgets'], KEEP),
  rule('networking.k8s.io', ['networkpolicies'], [...KEEP, 'list']),
  // What is in one cannot be changed.
  rule('scheduling.k8s.io', ['priorityclasses'], ['get', 'create', 'delete']),
  rule('apiextensions.k8s.io', ['customresourcedefinitions'], KEEP),
  rule('flowcontrol.apiserver.k8s.io', ['flowschemas', 'prioritylevelconfigurations'], KEEP),
  rule('rbac.authorization.k8s.io', ['roles', 'clusterroles'], GRANT),
  rule('rbac.authorization.k8s.io', ['rolebindings', 'clusterrolebindings'], KEEP),
  rule('kindling.dev', ['sparkclusters'], IN_NAMESPACE),
  // The agent's, for its meter.
  rule('coordination.k8s.io', ['leases'], ['get']),
]
