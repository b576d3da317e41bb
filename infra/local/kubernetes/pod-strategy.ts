// What the API server does with pods beyond the rules for all kinds: defaults, validation, the few fields that may
// change, binding, and how long a deletion may take.
import type { KubernetesObject } from '../../../shared/manifests/object.ts'
import { isObject, sameJson } from './frozen-json.ts'
import { isDnsLabel } from './object-metadata.ts'
import { type Container, isTerminal, podSpec } from './pod-shape.ts'
import { parseQuantity } from './quantity.ts'
import { type Cause, forbiddenValue, invalidValue, requiredValue } from './status-error.ts'

/** A container that names only a limit asks for that much. */
function withRequests(container: Container): Container {
  const { requests, limits } = container.resources ?? {}
  if (!limits) return container
  return { ...container, resources: { limits, requests: { ...limits, ...requests } } }
}

/** Needs a spec whose containers are lists; `podCauses` has said so before. */
export function defaultPod(pod: KubernetesObject): KubernetesObject {
  const spec = podSpec(pod)
  const defaulted = {
    restartPolicy: 'Always',
    dnsPolicy: 'ClusterFirst',
    schedulerName: 'default-scheduler',
    terminationGracePeriodSeconds: 30,
    serviceAccountName: 'default',
    enableServiceLinks: true,
    ...spec,
    containers: spec.containers.map(withRequests),
    ...(spec.initContainers ? { initContainers: spec.initContainers.map(withRequests) } : {}),
  }
  const resources = [...spec.containers, ...(spec.initContainers ?? [])].map(
    (each) => each.resources,
  )
  const some = resources.some((each) => each?.requests ?? each?.limits)
  const all = resources.every(
    (each) => each?.limits && sameJson(each.requests ?? each.limits, each.limits),
  )
  const qosClass = !some ? 'BestEffort' : all ? 'Guaranteed' : 'Burstable'
  return {
    ...pod,
    spec: defaulted as unknown as NonNullable<KubernetesObject['spec']>, // JSON, typed above
    status: { phase: 'Pending', qosClass },
  }
}

function quantityCauses(field: string, container: Record<string, unknown>): Cause[] {
  const resources = isObject(container['resources']) ? container['resources'] : {}
  const requests = isObject(resources['requests']) ? resources['requests'] : {}
  const limits = isObject(resources['limits']) ? resources['limits'] : {}
  const causes: Cause[] = []
  for (const [part, map] of Object.entries({ requests, limits })) {
    for (const [name, value] of Object.entries(map)) {
      const where = `${field}.resources.${part}[${name}]`
      const amount = parseQuantity(value)
      if (amount === undefined) causes.push(invalidValue(where, value, 'is no quantity'))
      else if (amount < 0) causes.push(invalidValue(where, value, 'must not be negative'))
    }
  }
  for (const [name, request] of Object.entries(requests)) {
    const limit = limits[name]
    if (limit !== undefined && (parseQuantity(request) ?? 0) > (parseQuantity(limit) ?? 0)) {
      const where = `${field}.resources.requests`
      causes.push(
        invalidValue(
          where,
          request,
          `must be at most the ${name} limit of ${JSON.stringify(limit)}`,
        ),
      )
    }
  }
  return causes
}

function containerCauses(field: string, containers: unknown): Cause[] {
  if (!Array.isArray(containers)) return [invalidValue(field, containers, 'must be a list')]
  const names = new Set<unknown>()
  return containers.flatMap((container: unknown, index) => {
    const at = `${field}[${index}]`
    if (!isObject(container)) return [invalidValue(at, container, 'must be an object')]
    const { name, image } = container
    const causes: Cause[] = []
    if (name === undefined) causes.push(requiredValue(`${at}.name`))
    else if (!isDnsLabel(name))
      causes.push(invalidValue(`${at}.name`, name, 'is no RFC 1123 label'))
    else if (names.has(name)) causes.push(invalidValue(`${at}.name`, name, 'is there twice'))
    names.add(name)
    if (typeof image !== 'string' || image === '') causes.push(requiredValue(`${at}.image`))
    return [...causes, ...quantityCauses(at, container)]
  })
}

export function podCauses(pod: KubernetesObject): Cause[] {
  const spec: Record<string, unknown> = pod.spec ?? {}
  const { containers, initContainers, nodeSelector, tolerations } = spec
  const causes: Cause[] = []
  if (containers === undefined || (Array.isArray(containers) && containers.length === 0)) {
    causes.push(requiredValue('spec.containers'))
  } else causes.push(...containerCauses('spec.containers', containers))
  if (initContainers !== undefined) {
    causes.push(...containerCauses('spec.initContainers', initContainers))
  }
  if (nodeSelector !== undefined && !isObject(nodeSelector)) {
    causes.push(invalidValue('spec.nodeSelector', nodeSelector, 'must be a map of strings'))
  }
  if (tolerations !== undefined && !Array.isArray(tolerations)) {
    causes.push(invalidValue('spec.tolerations', tolerations, 'must be a list'))
  }
  return causes
}

/** The parts of a pod's spec that are fixed: all but images, tolerations that are added, and a deadline. */
function fixedParts(pod: KubernetesObject): unknown {
  const { containers, initContainers = [], ...rest } = podSpec(pod)
  const fixed: Record<string, unknown> = { ...rest }
  for (const free of ['tolerations', 'activeDeadlineSeconds']) delete fixed[free]
  return [fixed, ...[...containers, ...initContainers].map((each) => ({ ...each, image: '' }))]
}

/** A deadline may be set and shortened. */
function deadlineCauses(next: KubernetesObject, current: KubernetesObject): Cause[] {
  const field = 'spec.activeDeadlineSeconds'
  const [wanted, before] = [
    next.spec?.['activeDeadlineSeconds'],
    current.spec?.['activeDeadlineSeconds'],
  ]
  if (typeof before !== 'number' || wanted === before) return []
  if (typeof wanted !== 'number') {
    return [
      invalidValue(field, wanted ?? null, 'must not update from a positive integer to nil value'),
    ]
  }
  return wanted < before
    ? []
    : [invalidValue(field, wanted, 'must be less than or equal to previous value')]
}

export function podUpdateCauses(next: KubernetesObject, current: KubernetesObject): Cause[] {
  const late = deadlineCauses(next, current)
  if (late.length > 0) return late
  const kept = podSpec(current).tolerations ?? []
  const given = podSpec(next).tolerations ?? []
  const lost = kept.some((toleration) => !given.some((each) => sameJson(each, toleration)))
  if (!lost && sameJson(fixedParts(next), fixedParts(current))) return []
  const why = 'only images, added tolerations and activeDeadlineSeconds of a pod may change'
  return [forbiddenValue('spec', why)]
}

/** Seconds that a pod may still run once its deletion was asked for. */
export function podGraceSeconds(pod: KubernetesObject, asked: number | undefined): number {
  const { nodeName, terminationGracePeriodSeconds } = podSpec(pod)
  if (!nodeName || isTerminal(pod)) return 0
  return Math.max(0, asked ?? terminationGracePeriodSeconds ?? 30)
}
