// The rights of everybody who calls a control plane that was started here, each no more than what it does. Put in place once,
// by the one identity that may; nothing of ours is an administrator after that, for fairness and RBAC pass those by.
import type { JsonObject, KubernetesObject } from '../../../shared/manifests/object.ts'
import { functionsRights } from '../../../shared/manifests/functions-rights.ts'
import type { Kubernetes } from '../../../shared/ports.ts'
import { identities } from './identities.ts'

/** The group of service accounts that the customer has granted Kindling's role, as IAM would say. */
export const GRANTED_GROUP = 'kindling:granted'

const rule = (apiGroup: string, resources: string[], verbs: string[]): JsonObject => ({
  apiGroups: [apiGroup],
  resources,
  verbs,
})

const FOLLOW = ['get', 'list', 'watch']

/** Nodes, what GKE runs on each, its quotas; and what a kubelet does for the pods of its node. */
const GKE: readonly JsonObject[] = [
  rule('', ['nodes', 'pods'], [...FOLLOW, 'create', 'patch', 'delete']),
  rule('', ['nodes/status', 'pods/status'], ['patch']),
  rule('', ['namespaces'], FOLLOW),
  rule('', ['resourcequotas'], [...FOLLOW, 'create', 'delete']),
  rule('', ['serviceaccounts/token'], ['create']),
  rule('apps', ['daemonsets', 'deployments'], ['create', 'patch']),
  { nonResourceURLs: ['/metrics'], verbs: ['get'] },
]

const KWOK: readonly JsonObject[] = [
  rule('', ['nodes'], FOLLOW),
  rule('', ['pods'], [...FOLLOW, 'delete']),
  rule('', ['pods/status', 'nodes/status'], ['get', 'patch', 'update']),
  rule('', ['events'], ['create', 'patch', 'update']),
]

const FRONT_DOOR: readonly JsonObject[] = [rule('', ['users', 'groups'], ['impersonate'])]

const user = (name: string): JsonObject => ({
  kind: 'User',
  apiGroup: 'rbac.authorization.k8s.io',
  name,
})
const group = (name: string): JsonObject => ({ ...user(name), kind: 'Group' })

/** What Kindling's functions may do, once the customer has granted it to their service account. */
export function functionsRightsObjects(name: string): KubernetesObject[] {
  return granted(name, functionsRights, group(GRANTED_GROUP))
}

function granted(
  name: string,
  rules: readonly JsonObject[],
  subject: JsonObject,
): KubernetesObject[] {
  const apiVersion = 'rbac.authorization.k8s.io/v1'
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name }
  return [
    { apiVersion, kind: 'ClusterRole', metadata: { name }, rules },
    { apiVersion, kind: 'ClusterRoleBinding', metadata: { name }, roleRef, subjects: [subject] },
  ]
}

/** Of a control plane of our own. */
export async function putRights(bootstrap: Kubernetes): Promise<void> {
  const objects = [
    ...granted('kindling:gke', GKE, user(identities.gke.user)),
    ...granted('kindling:kwok', KWOK, user(identities.kwok.user)),
    ...granted('kindling:front-door', FRONT_DOOR, user(identities.frontDoor.user)),
    ...functionsRightsObjects('kindling:functions'),
  ]
  for (const object of objects) await bootstrap.create(object)
}
