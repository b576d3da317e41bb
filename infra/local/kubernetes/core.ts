// What the operations share: the stored objects, the kinds that are served, time and identity.
import type { Clock } from '../../../shared/ports.ts'
import type { KubernetesObject } from '../../../shared/manifests/object.ts'
import type { NamespaceLifecycle } from './namespace-lifecycle.ts'
import type { PodAdmission } from './admission/pod-admission.ts'
import type { QuotaAdmission } from './admission/resource-quota.ts'
import type { ObjectStore } from './object-store.ts'
import type { ResourceRegistry, ServedResource } from './resource-registry.ts'
import { badRequest, notFound } from './status-error.ts'

export interface Core {
  readonly clock: Clock
  readonly store: ObjectStore
  readonly registry: ResourceRegistry
  readonly namespaces: NamespaceLifecycle
  readonly pods: PodAdmission
  readonly quotas: QuotaAdmission
}

/** The object, or 404. */
export function existing(
  core: Pick<Core, 'store'>,
  resource: ServedResource,
  namespace: string,
  name: string,
): KubernetesObject {
  const object = core.store.get(resource, namespace, name)
  if (!object) throw notFound(resource, name)
  return object
}

/** A namespace is given exactly when the kind lives in one. Throws 400. */
export function checkScope(resource: ServedResource, namespace: string | undefined): string {
  if (resource.namespaced && !namespace) {
    throw badRequest(`${resource.kind}: an empty namespace may not be set`)
  }
  if (!resource.namespaced && namespace) {
    throw badRequest(`${resource.kind}: namespace may not be set on a cluster-scoped kind`)
  }
  return namespace ?? ''
}
