// The rules for `metadata` that hold for every kind: names, labels, owners, and what only the server may set.
import type { Resource } from '../../../shared/manifests/kinds.ts'
import type { ObjectMeta } from '../../../shared/manifests/object.ts'
import { isObject } from './frozen-json.ts'
import { type Cause, invalidValue, requiredValue } from './status-error.ts'

const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
const serviceName = /^[a-z]([-a-z0-9]*[a-z0-9])?$/
const qualifiedName =
  /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/
const labelValue = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/

interface NameRule {
  readonly pattern: RegExp
  readonly max: number
  readonly says: string
}

const subdomainRule: NameRule = {
  pattern: subdomain,
  max: 253,
  says: 'must be an RFC 1123 subdomain: lower case letters, digits, "-" and ".", alphanumeric at both ends, 253 at most',
}
const labelRule: NameRule = {
  pattern: label,
  max: 63,
  says: 'must be an RFC 1123 label: lower case letters, digits and "-", alphanumeric at both ends, 63 at most',
}
const nameRules: Readonly<Record<string, NameRule>> = {
  Namespace: labelRule,
  Service: {
    pattern: serviceName,
    max: 63,
    says: 'must be an RFC 1035 label: lower case letters, digits and "-", a letter first, 63 at most',
  },
}

/** RBAC objects take any path segment. */
const segmentRule: NameRule = {
  pattern: /^(?!\.\.?$)[^/%]+$/,
  max: 253,
  says: 'must be a path segment',
}

function ruleFor(resource: Resource): NameRule {
  if (resource.group === 'rbac.authorization.k8s.io') return segmentRule
  return nameRules[resource.kind] ?? subdomainRule
}

export function isDnsLabel(name: unknown): name is string {
  return typeof name === 'string' && name.length <= 63 && label.test(name)
}

function nameCauses(resource: Resource, name: unknown): Cause[] {
  if (name === undefined || name === '') {
    return [requiredValue('metadata.name', 'name or generateName is required')]
  }
  const rule = ruleFor(resource)
  if (typeof name === 'string' && name.length <= rule.max && rule.pattern.test(name)) return []
  return [invalidValue('metadata.name', name, rule.says)]
}

function keyedCauses(field: string, map: unknown, values: RegExp | undefined): Cause[] {
  if (map === undefined) return []
  if (!isObject(map)) return [invalidValue(field, map, 'must be a map of strings')]
  return Object.entries(map).flatMap(([key, value]) => {
    if (!qualifiedName.test(key)) return [invalidValue(field, key, 'is not a qualified name')]
    if (typeof value !== 'string') return [invalidValue(field, value, 'must be a string')]
    if (values && !values.test(value)) {
      return [
        invalidValue(field, value, 'is no label value: 63 letters, digits, "-", "_", "." at most'),
      ]
    }
    return []
  })
}

function ownerCauses(owners: unknown): Cause[] {
  const field = 'metadata.ownerReferences'
  if (owners === undefined) return []
  if (!Array.isArray(owners)) return [invalidValue(field, owners, 'must be a list')]
  const causes = owners.flatMap((owner: unknown) => {
    const given = isObject(owner) ? owner : {}
    return ['apiVersion', 'kind', 'name', 'uid']
      .filter((part) => typeof given[part] !== 'string' || given[part] === '')
      .map((part) => requiredValue(`${field}.${part}`))
  })
  const controllers = owners.filter((owner) => isObject(owner) && owner['controller'] === true)
  if (controllers.length > 1) {
    causes.push(invalidValue(field, controllers.length, 'only one may have controller: true'))
  }
  return causes
}

const maxAnnotationBytes = 256 * 1024

function sizeCauses(annotations: unknown): Cause[] {
  if (!isObject(annotations)) return []
  let size = 0
  for (const [key, value] of Object.entries(annotations)) {
    size += key.length + (typeof value === 'string' ? value.length : 0)
  }
  if (size <= maxAnnotationBytes) return []
  const message = `Too long: may not be more than ${maxAnnotationBytes} bytes`
  return [{ reason: 'FieldValueTooLong', field: 'metadata.annotations', message }]
}

const plainFinalizers = new Set(['kubernetes', 'orphan', 'foregroundDeletion'])

/** Those of core kinds have a domain, but for the server's own; definitions and custom kinds are another server's, and it does not ask. */
function finalizerCauses(resource: Resource, finalizers: unknown): Cause[] {
  const isCore = !resource.custom && resource.group !== 'apiextensions.k8s.io'
  if (!isCore || !Array.isArray(finalizers)) return []
  return finalizers
    .filter((each) => typeof each === 'string' && !each.includes('/') && !plainFinalizers.has(each))
    .map((each) => {
      const why = 'name is neither a standard finalizer name nor is it fully qualified'
      return invalidValue('metadata.finalizers', each, why)
    })
}

/** Everything wrong with an object's metadata. */
export function metadataCauses(resource: Resource, metadata: Record<string, unknown>): Cause[] {
  const { finalizers } = metadata
  const strings = Array.isArray(finalizers) && finalizers.every((each) => typeof each === 'string')
  return [
    ...nameCauses(resource, metadata['name']),
    ...keyedCauses('metadata.labels', metadata['labels'], labelValue),
    ...keyedCauses('metadata.annotations', metadata['annotations'], undefined),
    ...sizeCauses(metadata['annotations']),
    ...ownerCauses(metadata['ownerReferences']),
    ...finalizerCauses(resource, finalizers),
    ...(finalizers === undefined || strings
      ? []
      : [invalidValue('metadata.finalizers', finalizers, 'must be a list of strings')]),
  ]
}

/** The metadata of an update: what only the server sets stays as it was. */
export function keepServerSet(next: ObjectMeta, current: ObjectMeta): ObjectMeta {
  const { uid, resourceVersion, generation, creationTimestamp } = current
  const { deletionTimestamp, deletionGracePeriodSeconds } = current
  const own: Record<string, unknown> = { ...next }
  const kept = { uid, resourceVersion, generation, creationTimestamp }
  for (const [key, value] of Object.entries({
    ...kept,
    deletionTimestamp,
    deletionGracePeriodSeconds,
  })) {
    if (value === undefined) delete own[key]
    else own[key] = value
  }
  return own as unknown as ObjectMeta // name and namespace are those of `next`
}
