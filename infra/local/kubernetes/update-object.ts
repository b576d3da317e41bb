// Update of an object or of its status alone: versions, what only the server sets, generations, and the end of a
// deletion when the last finalizer is taken away.
import type { KubernetesObject } from '../../../shared/manifests/object.ts'
import { type Core, existing } from './core.ts'
import { type Admit, checkShape } from './create-object.ts'
import { freezeDeep, frozenCopy, sameJson } from './frozen-json.ts'
import { changesSpec, countsGenerations, strategyOf } from './kind-strategies.ts'
import { uidOf } from './object-store.ts'
import { keepServerSet, metadataCauses } from './object-metadata.ts'
import type { ServedResource } from './resource-registry.ts'
import {
  badRequest,
  type Cause,
  conflict,
  forbiddenValue,
  invalid,
  invalidValue,
  notFound,
  staleObject,
} from './status-error.ts'
import { storedForm, unreadable } from './stored-form.ts'

export interface Target {
  readonly resource: ServedResource
  readonly namespace: string
  readonly name: string
  readonly subresource?: 'status' | undefined
  /** A PUT: the whole object, of one life. */
  readonly replaces?: boolean
}

function checkVersion(
  target: Target,
  candidate: KubernetesObject,
  current: KubernetesObject,
): void {
  const { resource, name } = target
  const { uid, resourceVersion } = candidate.metadata
  // A patch of another life is told as a field that cannot change.
  if (target.replaces && uid !== undefined && uid !== uidOf(current)) {
    throw conflict(
      resource,
      name,
      `StorageError: invalid object, Code: 4, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${uidOf(current)}`,
    )
  }
  if (resourceVersion !== undefined && resourceVersion !== current.metadata.resourceVersion) {
    throw conflict(resource, name, staleObject)
  }
}

/** In the form in which it would be stored. Throws 400 for another name, 400 or 422 for what cannot be read. */
function readable(target: Target, candidate: KubernetesObject): KubernetesObject {
  const { resource, name, namespace, replaces } = target
  const { metadata } = candidate
  if (metadata.name !== name) {
    throw badRequest(
      `the name of the object (${metadata.name}) does not match the name on the URL (${name})`,
    )
  }
  if ((metadata.namespace ?? '') !== namespace) {
    throw badRequest('the namespace of the object does not match the namespace on the URL')
  }
  const fault = unreadable(resource, candidate)
  if (fault === undefined) return storedForm(resource, candidate)
  if (replaces) throw badRequest(fault)
  throw invalid(resource, name, [invalidValue('patch', candidate, fault)])
}

/** `uid`: as it was asked for. */
function immutableCauses(
  next: KubernetesObject,
  current: KubernetesObject,
  uid: string | undefined,
): Cause[] {
  const causes: Cause[] = []
  if (uid !== undefined && uid !== uidOf(current)) {
    causes.push(invalidValue('metadata.uid', uid, 'field is immutable'))
  }
  const kept = new Set(current.metadata.finalizers)
  const added = (next.metadata.finalizers ?? []).filter((finalizer) => !kept.has(finalizer))
  if (current.metadata.deletionTimestamp && added.length > 0) {
    const why = `no new finalizers can be added if the object is being deleted, found new finalizers ${added.join(', ')}`
    causes.push(forbiddenValue('metadata.finalizers', why))
  }
  return causes
}

/** The whole next object, with the parts that this write may not touch as they were. */
function combined(
  target: Target,
  candidate: KubernetesObject,
  current: KubernetesObject,
): KubernetesObject {
  const { resource } = target
  if (target.subresource === 'status') {
    const { status: _old, ...rest } = current
    return candidate.status ? { ...rest, status: candidate.status } : rest
  }
  const metadata = keepServerSet(candidate.metadata, current.metadata)
  const { status, ...own } = candidate
  const kept = resource.hasStatus ? current.status : status
  const next = { ...own, metadata, ...(kept ? { status: kept } : {}) }
  if (!countsGenerations(resource) || !changesSpec(resource, next, current)) return next
  return { ...next, metadata: { ...metadata, generation: (metadata.generation ?? 0) + 1 } }
}

function isOver(object: KubernetesObject): boolean {
  const { deletionTimestamp, finalizers = [], deletionGracePeriodSeconds = 0 } = object.metadata
  const held = object.kind === 'Namespace' && object.apiVersion === 'v1'
  return (
    deletionTimestamp !== undefined &&
    finalizers.length === 0 &&
    deletionGracePeriodSeconds === 0 &&
    !held
  )
}

/** `change` is given the current object and answers the wanted one. Throws 400, 404, 409, 422. */
export function updateObject(
  core: Core,
  target: Target,
  change: (current: KubernetesObject) => unknown,
  admit?: Admit,
): KubernetesObject {
  const { resource, namespace, name } = target
  if (target.subresource && !resource.hasStatus) throw notFound(resource, name)
  const current = existing(core, resource, namespace, name)
  const candidate = readable(target, checkShape(frozenCopy(change(current))))
  if (candidate.kind !== current.kind) throw badRequest(`the kind of "${name}" cannot change`)
  checkVersion(target, candidate, current)
  const { validate, validateUpdate, prepare } = strategyOf(resource)
  // Of a custom object's status nothing else is looked at.
  const isCustomStatus = resource.custom === true && target.subresource === 'status'
  const merged = combined(target, candidate, current)
  const next = freezeDeep(resource.custom && prepare ? prepare(merged) : merged)
  const causes = [
    ...metadataCauses(resource, { ...next.metadata }),
    ...immutableCauses(next, current, isCustomStatus ? undefined : candidate.metadata.uid),
    ...(validate?.(next) ?? []),
  ]
  if (causes.length === 0) causes.push(...(validateUpdate?.(next, current) ?? []))
  if (causes.length > 0) throw invalid(resource, name, causes)
  if (sameJson(next, current)) return current
  admit?.(next, current)
  if (!isOver(next)) return core.store.replace(resource, current, next)
  core.store.remove(resource, next)
  return next
}
