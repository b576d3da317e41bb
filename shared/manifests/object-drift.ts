// What must be patched in an object to make it what is wanted again. Anything in its content that was not asked for is
// drift too (a rule that was added to a policy opens it), but for what the API server and others write there by right.
import { covers, isExactly } from '../domain/drift.ts'
import type { JsonObject, KubernetesObject } from './object.ts'

/** Parts that are not ours to say, by kind. */
const THEIRS: Readonly<Record<string, readonly string[]>> = {
  Namespace: ['spec'],
  Service: [
    'spec.clusterIPs',
    'spec.internalTrafficPolicy',
    'spec.ipFamilies',
    'spec.ipFamilyPolicy',
    'spec.sessionAffinity',
  ],
  ServiceAccount: ['secrets', 'imagePullSecrets'],
  // The idle rule's.
  SparkCluster: ['spec.drain'],
}

/** Kinds that the API server fills with defaults all through: what counts is that everything asked for is there. */
const FILLED_IN = new Set([
  'CustomResourceDefinition',
  'Deployment',
  'FlowSchema',
  'PodDisruptionBudget',
  'PriorityLevelConfiguration',
])
/** Kinds whose content nobody can change. */
const FIXED = new Set(['PriorityClass'])

function contentRepair(wanted: KubernetesObject, found: KubernetesObject): JsonObject | undefined {
  if (FIXED.has(wanted.kind)) return undefined
  const [want, have] = [contentOf(wanted), contentOf(found)]
  if (FILLED_IN.has(wanted.kind)) return covers(want, have) ? undefined : want
  const theirs = new Set(THEIRS[wanted.kind])
  return patchOf(want, have, (path) => theirs.has(path))
}

/** A JSON merge patch, refused when `found` has changed meanwhile; undefined when it is as wanted. */
export function repairOf(
  wanted: KubernetesObject,
  found: KubernetesObject,
): JsonObject | undefined {
  const content = contentRepair(wanted, found)
  // Others may have labels of their own on an object, such as the name that a namespace is selected by.
  const labels = patchOf(
    wanted.metadata.labels ?? {},
    found.metadata.labels ?? {},
    (path) => wanted.metadata.labels?.[path] === undefined,
  )
  if (!content && !labels) return undefined
  const { resourceVersion } = found.metadata
  return { ...content, metadata: { resourceVersion, ...(labels ? { labels } : {}) } }
}

function contentOf(object: KubernetesObject): JsonObject {
  const {
    apiVersion: _version,
    kind: _kind,
    metadata: _metadata,
    status: _status,
    ...rest
  } = object
  return rest as JsonObject // what the wire carries is JSON
}

function patchOf(
  wanted: JsonObject,
  found: JsonObject,
  isTheirs: (path: string) => boolean,
  at = '',
): JsonObject | undefined {
  const keys = new Set([...Object.keys(wanted), ...Object.keys(found)])
  const changes = [...keys].flatMap((key) => {
    const path = `${at}${key}`
    const [want, have] = [wanted[key], found[key]]
    if (isTheirs(path) || isExactly(want, have)) return []
    if (want === undefined) return [[key, null] as const]
    if (!isObject(want) || !isObject(have)) return [[key, want] as const]
    const inner = patchOf(want, have, isTheirs, `${path}.`)
    return inner ? [[key, inner] as const] : []
  })
  return changes.length > 0 ? Object.fromEntries(changes) : undefined
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
