// What objects count for under a ResourceQuota, and whether one more is within it. Pure.
// Not covered: scopes (a quota with scopes counts nothing).
import type { Resource } from '../../../../shared/manifests/kinds.ts'
import type { KubernetesObject } from '../../../../shared/manifests/object.ts'
import { isObject } from '../frozen-json.ts'
import { isTerminal, podAmount, podSpec } from '../pod-shape.ts'
import { amountOf, formatAmount } from '../quantity.ts'
import { forbidden, qualifiedPlural } from '../status-error.ts'

export type Amounts = Record<string, number>

export function hardOf(quota: KubernetesObject): Readonly<Record<string, unknown>> {
  const hard = quota.spec?.['hard']
  const scoped = quota.spec?.['scopes'] ?? quota.spec?.['scopeSelector']
  return isObject(hard) && scoped === undefined ? hard : {}
}

function statusAmounts(quota: KubernetesObject, part: 'hard' | 'used'): Amounts | undefined {
  const given = quota.status?.[part]
  if (!isObject(given)) return undefined
  return Object.fromEntries(
    Object.entries(given).map(([name, quantity]) => [name, amountOf(name, quantity)]),
  )
}

/** What one object counts for under one name of `hard`; nothing when the name is about something else. */
function charge(name: string, resource: Resource, object: KubernetesObject): number | undefined {
  const plural = qualifiedPlural(resource)
  if (name === plural || name === `count/${plural}`)
    return resource.kind === 'Pod' && name === plural && isTerminal(object) ? 0 : 1
  if (resource.kind !== 'Pod') return undefined
  const [, of, what] = /^(?:(requests|limits)\.)?(cpu|memory|ephemeral-storage)$/.exec(name) ?? []
  if (!what) return undefined
  return isTerminal(object) ? 0 : podAmount(object, what, of === 'limits' ? 'limits' : 'requests')
}

export function chargesOf(
  quota: KubernetesObject,
  resource: Resource,
  object: KubernetesObject,
): Amounts {
  const amounts: Amounts = {}
  for (const name of Object.keys(hardOf(quota))) {
    const amount = charge(name, resource, object)
    if (amount !== undefined) amounts[name] = amount
  }
  return amounts
}

export function formatAmounts(amounts: Amounts): Record<string, string> {
  return Object.fromEntries(
    Object.entries(amounts).map(([name, amount]) => [name, formatAmount(name, amount)]),
  )
}

function listed(amounts: Amounts, names: readonly string[]): string {
  return names.map((name) => `${name}=${formatAmount(name, amounts[name] ?? 0)}`).join(',')
}

/** A quota on cpu or memory makes naming them a duty of every container. */
function unnamed(amounts: Amounts, pod: KubernetesObject): string[] {
  return Object.keys(amounts).filter((name) => {
    const [, of = 'requests', what] =
      /^(?:(requests|limits)\.)?(cpu|memory)$/.exec(name) ?? ([] as string[])
    if (what === undefined) return false
    const part = of === 'limits' ? 'limits' : 'requests'
    return podSpec(pod).containers.some((each) => each.resources?.[part]?.[what] === undefined)
  })
}

/** The usage with the object charged. Throws 403 when that is too much, or cannot be told. */
export function usageWith(
  quota: KubernetesObject,
  resource: Resource,
  object: KubernetesObject,
): Amounts {
  const { name } = object.metadata
  const amounts = chargesOf(quota, resource, object)
  const charged = Object.keys(amounts).sort()
  const used = statusAmounts(quota, 'used') ?? {}
  const hard = statusAmounts(quota, 'hard') ?? {}
  const uncounted = charged.filter((each) => hard[each] === undefined || used[each] === undefined)
  if (uncounted.length > 0) {
    const why = `status unknown for quota: ${quota.metadata.name}, resources: ${uncounted.join(',')}`
    throw forbidden(resource, name, why)
  }
  const missing = resource.kind === 'Pod' ? unnamed(amounts, object).sort() : []
  if (missing.length > 0) {
    const why = `failed quota: ${quota.metadata.name}: must specify ${missing.join(',')}`
    throw forbidden(resource, name, why)
  }
  const over = charged.filter(
    (each) =>
      (amounts[each] ?? 0) > 0 && (used[each] ?? 0) + (amounts[each] ?? 0) > (hard[each] ?? 0),
  )
  if (over.length > 0) {
    const figures = `requested: ${listed(amounts, over)}, used: ${listed(used, over)}, limited: ${listed(hard, over)}`
    throw forbidden(resource, name, `exceeded quota: ${quota.metadata.name}, ${figures}`)
  }
  for (const each of charged) used[each] = (used[each] ?? 0) + (amounts[each] ?? 0)
  return used
}
