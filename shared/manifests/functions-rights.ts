// What the functions may do in a workspace's GKE cluster, as the rules of a ClusterRole. The customer grants the same as
// permissions of an IAM role (`create pods` is `container.pods.create`); the local stack's real API server grants this.
import type { JsonObject } from './object.ts'

const rule = (apiGroup: string, resources: readonly string[], verbs: readonly string[]) => ({
  apiGroups: [apiGroup],
  resources,
  verbs,
})

/** Of what they make: found again, repaired, and removed in the end. */
const KEEP = ['get', 'list', 'create', 'patch', 'delete']

/**
 * The last two verbs let them give the agent rights that they do not have themselves: rights that come from IAM do not
 * count when RBAC asks whether somebody may hand them on.
 */
const GRANT = [...KEEP, 'escalate', 'bind']

export const functionsRights: readonly JsonObject[] = [
  rule('', ['namespaces', 'resourcequotas', 'limitranges', 'serviceaccounts', 'services'], KEEP),
  rule('', ['pods'], [...KEEP, 'deletecollection']),
  rule('', ['nodes'], ['list']),
  rule('apps', ['deployments'], KEEP),
  rule('policy', ['poddisruptionbudgets'], KEEP),
  rule('networking.k8s.io', ['networkpolicies'], KEEP),
  rule('scheduling.k8s.io', ['priorityclasses'], KEEP),
  rule('apiextensions.k8s.io', ['customresourcedefinitions'], KEEP),
  rule('flowcontrol.apiserver.k8s.io', ['flowschemas', 'prioritylevelconfigurations'], KEEP),
  rule('rbac.authorization.k8s.io', ['roles', 'rolebindings'], GRANT),
  rule('rbac.authorization.k8s.io', ['clusterroles', 'clusterrolebindings'], GRANT),
  rule('kindling.dev', ['sparkclusters'], KEEP),
  // The agent's, for its meter.
  rule('coordination.k8s.io', ['leases'], ['get']),
]
