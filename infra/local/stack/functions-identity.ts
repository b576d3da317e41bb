// Gives the functions their rights in an embedded cluster, as IAM does in GKE: to the service account that made it.
import { functionsRights } from '../../../shared/manifests/functions-rights.ts'
import type { Kubernetes } from '../../../shared/ports.ts'

const RBAC = 'rbac.authorization.k8s.io'
const metadata = { name: 'kindling-functions' }

export async function putFunctionsRights(
  administrator: Kubernetes,
  serviceAccount: string,
  rules = functionsRights,
): Promise<void> {
  const apiVersion = `${RBAC}/v1`
  await administrator.create({
    apiVersion,
    kind: 'ClusterRole',
    metadata,
    rules,
  })
  await administrator.create({
    apiVersion,
    kind: 'ClusterRoleBinding',
    metadata,
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: metadata.name },
    subjects: [{ apiGroup: RBAC, kind: 'User', name: serviceAccount }],
  })
}
