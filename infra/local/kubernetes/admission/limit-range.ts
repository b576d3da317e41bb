// LimitRanges: requests and limits that pods get when they name none, and the bounds they are refused beyond.
import type { KubernetesObject } from '../../../../shared/manifests/object.ts'
import { type Container, podAmount, podSpec, type Quantities } from '../pod-shape.ts'
import { amountOf } from '../quantity.ts'

interface LimitRangeItem {
  readonly type: string
  readonly default?: Quantities
  readonly defaultRequest?: Quantities
  readonly min?: Quantities
  readonly max?: Quantities
}

function itemsOf(ranges: Iterable<KubernetesObject>, type: string): LimitRangeItem[] {
  return [...ranges].flatMap((range) => {
    const items = (range.spec?.['limits'] ?? []) as unknown as readonly LimitRangeItem[] // JSON as stored
    return items.filter((item) => item.type === type)
  })
}

function withDefaults(container: Container, item: LimitRangeItem): Container {
  const { requests, limits } = container.resources ?? {}
  const filled = { ...item.default, ...limits }
  const asked = { ...item.default, ...item.defaultRequest, ...limits, ...requests }
  // A default request never replaces the one that follows from an explicit limit.
  return { ...container, resources: { limits: filled, requests: asked } }
}

/** The pod with the defaults of its namespace's LimitRanges. */
export function applyLimitDefaults(
  pod: KubernetesObject,
  ranges: Iterable<KubernetesObject>,
): KubernetesObject {
  const items = itemsOf(ranges, 'Container')
  if (items.length === 0) return pod
  const spec = podSpec(pod)
  const fill = (container: Container): Container => items.reduce(withDefaults, container)
  const filled = {
    ...spec,
    containers: spec.containers.map(fill),
    ...(spec.initContainers ? { initContainers: spec.initContainers.map(fill) } : {}),
  }
  return { ...pod, spec: filled as unknown as NonNullable<KubernetesObject['spec']> } // JSON, typed above
}

function boundProblems(
  item: LimitRangeItem,
  amount: (of: 'requests' | 'limits', resource: string) => number | undefined,
): string[] {
  const problems: string[] = []
  for (const [resource, most] of Object.entries(item.max ?? {})) {
    const limit = amount('limits', resource)
    const says = `maximum ${resource} usage per ${item.type} is ${most}`
    if (limit === undefined) problems.push(`${says}.  No limit is specified`)
    else if (limit > amountOf(resource, most)) problems.push(`${says}, but limit is above it`)
  }
  for (const [resource, least] of Object.entries(item.min ?? {})) {
    const request = amount('requests', resource)
    const says = `minimum ${resource} usage per ${item.type} is ${least}`
    if (request === undefined) problems.push(`${says}.  No request is specified`)
    else if (request < amountOf(resource, least)) problems.push(`${says}, but request is below it`)
  }
  return problems
}

/** What the pod breaks of its namespace's bounds; empty when it keeps to all. */
export function limitProblems(
  pod: KubernetesObject,
  ranges: readonly KubernetesObject[],
): string[] {
  const spec = podSpec(pod)
  const containers = [...spec.containers, ...(spec.initContainers ?? [])]
  const each = itemsOf(ranges, 'Container').flatMap((item) =>
    containers.flatMap((container) =>
      boundProblems(item, (of, resource) => {
        const quantity = container.resources?.[of]?.[resource]
        return quantity === undefined ? undefined : amountOf(resource, quantity)
      }),
    ),
  )
  const whole = itemsOf(ranges, 'Pod').flatMap((item) =>
    boundProblems(item, (of, resource) => {
      const named = containers.some(
        (container) => container.resources?.[of]?.[resource] !== undefined,
      )
      return named ? podAmount(pod, resource, of) : undefined
    }),
  )
  return [...each, ...whole]
}
