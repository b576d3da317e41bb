// Delete: preconditions, grace periods of pods, finalizers, and what happens to the objects that are owned.
import type { KubernetesObject } from '../../../shared/manifests/object.ts'
import { type Core, existing } from './core.ts'
import { foregroundFinalizer, orphanFinalizer } from './garbage-collector.ts'
import { uidOf } from './object-store.ts'
import { podGraceSeconds } from './pod-strategy.ts'
import type { ServedResource } from './resource-registry.ts'
import { conflict } from './status-error.ts'
import { timestamp } from './timestamp.ts'
import type { Target } from './update-object.ts'

export interface DeleteRequest {
  readonly uid?: string | undefined
  readonly resourceVersion?: string | undefined
  readonly gracePeriodSeconds?: number | undefined
  readonly propagation?: 'Background' | 'Foreground' | 'Orphan' | undefined
}

function checkPreconditions(
  resource: ServedResource,
  object: KubernetesObject,
  { uid, resourceVersion }: DeleteRequest,
): void {
  const { name, resourceVersion: version } = object.metadata
  if (uid !== undefined && uid !== uidOf(object)) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${uidOf(object)}`
    throw conflict(resource, name, why)
  }
  if (resourceVersion !== undefined && resourceVersion !== version) {
    const why = `Precondition failed: ResourceVersion in precondition: ${resourceVersion}, ResourceVersion in object meta: ${version}`
    throw conflict(resource, name, why)
  }
}

/** The finalizers that stand in the way, with the one that the propagation asks for. */
function finalizersFor(object: KubernetesObject, request: DeleteRequest): readonly string[] {
  const own = (object.metadata.finalizers ?? []).filter(
    (each) =>
      request.propagation === undefined ||
      (each !== foregroundFinalizer && each !== orphanFinalizer),
  )
  if (request.propagation === 'Foreground') return [...own, foregroundFinalizer]
  if (request.propagation === 'Orphan') return [...own, orphanFinalizer]
  return own
}

function graceFor(
  resource: ServedResource,
  object: KubernetesObject,
  request: DeleteRequest,
): number {
  if (resource.kind !== 'Pod') return 0
  const grace = podGraceSeconds(object, request.gracePeriodSeconds)
  // A second delete may shorten what is left, never lengthen it.
  return Math.min(grace, object.metadata.deletionGracePeriodSeconds ?? grace)
}

function marked(
  core: Core,
  object: KubernetesObject,
  finalizers: readonly string[],
  grace: number,
): KubernetesObject {
  const { deletionTimestamp, deletionGracePeriodSeconds, generation } = object.metadata
  const unchanged = deletionTimestamp !== undefined && deletionGracePeriodSeconds === grace
  const { finalizers: _old, ...metadata } = object.metadata
  return {
    ...object,
    metadata: {
      ...metadata,
      ...(finalizers.length > 0 ? { finalizers } : {}),
      ...(generation !== undefined && !deletionTimestamp ? { generation: generation + 1 } : {}),
      deletionTimestamp: unchanged ? deletionTimestamp : timestamp(core.clock.now() + grace * 1000),
      deletionGracePeriodSeconds: grace,
    },
  }
}

/** Starts or ends a deletion; answers the object as it is then, or as it was last. Throws 403, 404, 409. */
export function deleteObject(core: Core, target: Target, request: DeleteRequest): KubernetesObject {
  const { resource, namespace, name } = target
  const object = existing(core, resource, namespace, name)
  checkPreconditions(resource, object, request)
  const isNamespace = resource.kind === 'Namespace' && resource.group === ''
  if (isNamespace) core.namespaces.admitDelete(name)
  const finalizers = finalizersFor(object, request)
  const grace = graceFor(resource, object, request)
  if (finalizers.length === 0 && grace === 0 && !isNamespace) {
    core.store.remove(resource, object)
    return object
  }
  const { deletionTimestamp, deletionGracePeriodSeconds, finalizers: before = [] } = object.metadata
  const same = finalizers.length === before.length && deletionGracePeriodSeconds === grace
  if (deletionTimestamp && same) return object
  const next = marked(core, object, finalizers, grace)
  const leaving = isNamespace ? { ...next, status: { ...next.status, phase: 'Terminating' } } : next
  return core.store.replace(resource, object, leaving)
}
