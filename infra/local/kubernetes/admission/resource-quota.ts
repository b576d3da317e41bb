// ResourceQuotas. A create is charged to the quota's status before it is stored, as in the API server: one that then
// fails stays charged until the next count (kubernetes#70563), and parallel ones may be told Conflict (#67761).
// Not covered: scopes (a quota with scopes counts nothing).
import { isObject, sameJson } from '../frozen-json.ts'
import type { KubernetesObject } from '../../../../shared/manifests/object.ts'
import type { Resource } from '../../../../shared/manifests/kinds.ts'
import type { EngineClock } from '../../clock.ts'
import { type Change, namespaceOf, type ObjectStore } from '../object-store.ts'
import { isTerminal, podAmount, podSpec } from '../pod-shape.ts'
import { amountOf, formatAmount } from '../quantity.ts'
import type { ResourceRegistry } from '../resource-registry.ts'
import { conflict, forbidden, qualifiedPlural, staleObject } from '../status-error.ts'
import { batched } from '../timers.ts'

/** Counts everything anew this often, which ends what refused creates left charged. */
const resyncMs = 5 * 60_000

export interface QuotaConflicts {
  /** Creates that may write one namespace's quotas at a time; one more is told Conflict. */
  readonly parallel: number
  /** How long one such write takes. */
  readonly writeMs: number
}

type Amounts = Record<string, number>

function hardOf(quota: KubernetesObject): Readonly<Record<string, unknown>> {
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

function chargesOf(quota: KubernetesObject, resource: Resource, object: KubernetesObject): Amounts {
  const amounts: Amounts = {}
  for (const name of Object.keys(hardOf(quota))) {
    const amount = charge(name, resource, object)
    if (amount !== undefined) amounts[name] = amount
  }
  return amounts
}

function formatted(amounts: Amounts): Record<string, string> {
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

/** The new usage, or the refusal. */
function check(quota: KubernetesObject, resource: Resource, object: KubernetesObject): Amounts {
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

export interface QuotaAdmission {
  /**
   * Charges a create; waits only when conflicts are asked for. Throws 403 when a quota is exceeded or not counted yet,
   * 409 Conflict when others write it.
   */
  admit(resource: Resource, object: KubernetesObject): Promise<void> | undefined
  readonly record: (change: Change) => void
}

export function quotaAdmission(options: {
  readonly clock: EngineClock
  readonly delayMs: number
  readonly store: ObjectStore
  readonly registry: ResourceRegistry
  readonly conflicts: () => QuotaConflicts | undefined
}): QuotaAdmission {
  const { clock, delayMs, store, registry } = options
  const quotas = registry.find('v1', 'ResourceQuota')
  const writing = new Map<string, number>()

  function writeStatus(quota: KubernetesObject, used: Amounts): void {
    const status = { hard: hardOf(quota) as Record<string, string>, used: formatted(used) }
    if (!sameJson(status, quota.status)) store.replace(quotas, quota, { ...quota, status })
  }

  function recount(namespace: string): void {
    for (const quota of store.list(quotas, namespace)) {
      const used: Amounts = Object.fromEntries(Object.keys(hardOf(quota)).map((name) => [name, 0]))
      for (const { resource, object } of store.contents(namespace)) {
        for (const [name, amount] of Object.entries(chargesOf(quota, resource, object))) {
          used[name] = (used[name] ?? 0) + amount
        }
      }
      writeStatus(quota, used)
    }
  }

  const recountSoon = batched<string>(clock, delayMs, (namespaces) => {
    for (const namespace of namespaces) recount(namespace)
  })
  const resync = batched<string>(clock, resyncMs, (namespaces) => {
    for (const namespace of namespaces) recount(namespace)
  })

  function chargeAll(
    quotasOf: readonly KubernetesObject[],
    resource: Resource,
    object: KubernetesObject,
  ): void {
    const charged = quotasOf.map((quota) => ({ quota, used: check(quota, resource, object) }))
    for (const { quota, used } of charged) writeStatus(quota, used)
    resync(namespaceOf(object))
  }

  /** Takes the time of a write, and refuses one more than may write. */
  async function takeTurn(namespace: string, quota: string, limit: QuotaConflicts): Promise<void> {
    const busy = writing.get(namespace) ?? 0
    if (busy >= limit.parallel) throw conflict(quotas, quota, staleObject)
    writing.set(namespace, busy + 1)
    await new Promise<void>((resolve) => {
      clock.after(limit.writeMs, resolve)
    })
    writing.set(namespace, (writing.get(namespace) ?? 1) - 1)
  }

  return {
    admit(resource, object) {
      const namespace = namespaceOf(object)
      const concerned = (): KubernetesObject[] =>
        [...store.each(quotas, namespace)].filter(
          (quota) => Object.keys(chargesOf(quota, resource, object)).length > 0,
        )
      const [first] = concerned()
      if (!first) return undefined
      const limit = options.conflicts()
      if (limit) {
        return takeTurn(namespace, first.metadata.name, limit).then(() =>
          chargeAll(concerned(), resource, object),
        )
      }
      chargeAll(concerned(), resource, object)
      return undefined
    },
    record({ type, resource, object, previous }) {
      const namespace = namespaceOf(object)
      if (resource.kind === 'ResourceQuota') {
        const changed = type === 'ADDED' || (previous && !sameJson(previous.spec, object.spec))
        if (type === 'DELETED' || !changed) return
        if (delayMs > 0) recountSoon(namespace)
        else recount(namespace)
        return
      }
      const counted = [...store.each(quotas, namespace)].some(
        (quota) => Object.keys(chargesOf(quota, resource, previous ?? object)).length > 0,
      )
      const ended = previous !== undefined && !isTerminal(previous) && isTerminal(object)
      if (counted && (type === 'DELETED' || (resource.kind === 'Pod' && ended)))
        recountSoon(namespace)
    },
  }
}
