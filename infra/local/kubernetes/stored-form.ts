// How the API server writes an object down, whatever it was given: without fields that its kind does not have at the top
// and in its metadata, without empty lists there, amounts in their one form. And what it cannot read at all.
import type { KubernetesObject, ObjectMeta } from '../../../shared/manifests/object.ts'
import { isObject } from './frozen-json.ts'
import { canonicalQuantity } from './quantity.ts'
import type { ServedResource } from './resource-registry.ts'
import { badRequest } from './status-error.ts'

const metadataFields = new Set([
  'name',
  'generateName',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'labels',
  'annotations',
  'ownerReferences',
  'finalizers',
])

/** Content of kinds that have something else than spec and status. */
const contentFields: Readonly<Record<string, readonly string[]>> = {
  ConfigMap: ['data', 'binaryData', 'immutable'],
  Secret: ['data', 'stringData', 'type', 'immutable'],
  ServiceAccount: ['secrets', 'imagePullSecrets', 'automountServiceAccountToken'],
  PriorityClass: ['value', 'globalDefault', 'description', 'preemptionPolicy'],
  Role: ['rules'],
  ClusterRole: ['rules', 'aggregationRule'],
  RoleBinding: ['roleRef', 'subjects'],
  ClusterRoleBinding: ['roleRef', 'subjects'],
  Binding: ['target'],
}
const plainFields = ['spec', 'status']
/** Not written when they are empty. */
const maps = new Set(['data', 'binaryData', 'stringData'])
/** Of an Event everything is content. */
const wholeKinds = new Set(['Event'])

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0
  return value === null || (isObject(value) && Object.keys(value).length === 0)
}

/** As typed maps of texts are read: null is the empty text. */
function texts(value: unknown): unknown {
  if (!isObject(value) || !Object.values(value).includes(null)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, item ?? '']))
}

function isWritten([key, value]: readonly [string, unknown]): boolean {
  return metadataFields.has(key) && !isEmpty(value)
}

function writtenMetadata(object: KubernetesObject): KubernetesObject {
  const entries = Object.entries(object.metadata).map(([key, value]): [string, unknown] => [
    key,
    key === 'labels' || key === 'annotations' ? texts(value) : value,
  ])
  const same = entries.every(
    (entry) => isWritten(entry) && entry[1] === object.metadata[entry[0] as keyof ObjectMeta],
  )
  if (same) return object
  const metadata = Object.fromEntries(entries.filter(isWritten))
  return { ...object, metadata: metadata as unknown as KubernetesObject['metadata'] } // fewer fields of the same
}

function writtenContent(resource: ServedResource, object: KubernetesObject): KubernetesObject {
  if (wholeKinds.has(resource.kind)) return object
  const known = contentFields[resource.kind] ?? plainFields
  const isKept = ([key, value]: readonly [string, unknown]): boolean => {
    if (key === 'apiVersion' || key === 'kind' || key === 'metadata') return true
    return known.includes(key) && !(maps.has(key) && isEmpty(value))
  }
  const entries = Object.entries(object)
  if (entries.every(isKept)) return object
  const kept = entries.filter(isKept)
  return Object.fromEntries(kept) as unknown as KubernetesObject // fewer fields of the same
}

/** The same value when all its amounts are written as they should be. */
function amounts(value: unknown): unknown {
  if (!isObject(value)) return value
  let changed: Record<string, unknown> | undefined
  for (const [name, amount] of Object.entries(value)) {
    const written = canonicalQuantity(amount)
    if (written !== amount) changed = { ...(changed ?? value), [name]: written }
  }
  return changed ?? value
}

/** `path` leads to maps of amounts; `*` stands for each item of a list. Shares what it does not change. */
function writeAmounts(value: unknown, path: readonly string[]): unknown {
  const [key, ...rest] = path
  if (key === undefined) return amounts(value)
  if (key === '*') {
    if (!Array.isArray(value)) return value
    const items = value.map((item) => writeAmounts(item, rest))
    return items.some((item, at) => item !== value[at]) ? items : value
  }
  if (!isObject(value) || value[key] === undefined) return value
  const inner = writeAmounts(value[key], rest)
  return inner === value[key] ? value : { ...value, [key]: inner }
}

const inContainers = ['containers', 'initContainers'].flatMap((list) =>
  ['requests', 'limits'].map((part) => [list, '*', 'resources', part]),
)
const limits = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio']

const amountsOf: Readonly<Record<string, readonly (readonly string[])[]>> = {
  Pod: inContainers.map((path) => ['spec', ...path]),
  Deployment: inContainers.map((path) => ['spec', 'template', 'spec', ...path]),
  ReplicaSet: inContainers.map((path) => ['spec', 'template', 'spec', ...path]),
  DaemonSet: inContainers.map((path) => ['spec', 'template', 'spec', ...path]),
  ResourceQuota: [['spec', 'hard']],
  LimitRange: limits.map((part) => ['spec', 'limits', '*', part]),
  Node: [
    ['status', 'allocatable'],
    ['status', 'capacity'],
  ],
}

/** A Secret's texts become data; a ConfigMap's nulls become texts. */
function withData(resource: ServedResource, object: KubernetesObject): KubernetesObject {
  if (resource.kind === 'ConfigMap') {
    const data = texts(object['data']) as KubernetesObject['spec'] // a map of texts
    return data === object['data'] ? object : { ...object, data }
  }
  if (resource.kind !== 'Secret') return object
  const { stringData, ...rest } = object
  const given = isObject(stringData) ? Object.entries(stringData) : []
  const encoded = given.map(([key, value]) => [
    key,
    Buffer.from(typeof value === 'string' ? value : '').toString('base64'),
  ])
  const data = {
    ...(isObject(object['data']) ? object['data'] : {}),
    ...Object.fromEntries(encoded),
  }
  return { type: 'Opaque', ...rest, data }
}

/** The object as it is written down, the very same where nothing is to be done. */
export function storedForm(resource: ServedResource, object: KubernetesObject): KubernetesObject {
  const written = writtenMetadata(object)
  if (resource.custom) return written
  const paths = amountsOf[resource.kind] ?? []
  const plain = writtenContent(resource, withData(resource, written))
  // Amounts have the same shape afterwards.
  return paths.reduce((value, path) => writeAmounts(value, path) as KubernetesObject, plain)
}

const microTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|[+-]\d\d:\d\d)$/

/** Throws 400 for what cannot be read as one of its kind. */
export function checkReadable(resource: ServedResource, object: unknown): void {
  const { kind, version } = resource
  const why = unreadable(resource, object as KubernetesObject) // looks at each part that it reads
  if (why === undefined) return
  throw badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: ${why}`)
}

/** Why it cannot be read as one of its kind; nothing where it can. */
export function unreadable(
  resource: ServedResource,
  { spec, data }: KubernetesObject,
): string | undefined {
  if (resource.kind === 'Lease') {
    for (const part of ['renewTime', 'acquireTime']) {
      const time = spec?.[part]
      if (time === undefined || time === null) continue
      if (typeof time !== 'string' || !microTime.test(time)) {
        return `parsing time ${JSON.stringify(time)} as "2006-01-02T15:04:05.000000Z07:00": cannot parse`
      }
    }
  }
  if (resource.kind === 'ConfigMap' && isObject(data)) {
    const wrong = Object.entries(data).find(
      ([, value]) => typeof value !== 'string' && value !== null,
    )
    if (wrong) return `json: cannot unmarshal ${typeof wrong[1]} into ConfigMap.data of type string`
  }
  return undefined
}
