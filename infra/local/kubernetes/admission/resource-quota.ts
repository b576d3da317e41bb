// ResourceQuotas. A create is charged to the quota's status before it is stored, as in the API server: one that then
// fails stays charged until the next count (kubernetes#70563), and parallel ones may be told Conflict (#67761).
import type { Clock } from '../../../../shared/ports.ts'
import { sameJson } from '../frozen-json.ts'
import type { KubernetesObject } from '../../../../shared/manifests/object.ts'
import type { Resource } from '../../../../shared/manifests/kinds.ts'
import { type Change, namespaceOf, type ObjectStore } from '../object-store.ts'
import { isTerminal } from '../pod-shape.ts'
import type { ResourceRegistry } from '../resource-registry.ts'
import { conflict, staleObject } from '../status-error.ts'
import { batched } from '../timers.ts'
import { type Amounts, chargesOf, formatAmounts, hardOf, usageWith } from './quota-charges.ts'

/** Counts everything anew this often, which ends what refused creates left charged. */
const resyncMs = 5 * 60_000

export interface QuotaConflicts {
  /** Creates that may write one namespace's quotas at a time; one more is told Conflict. */
  readonly parallel: number
  /** How long one such write takes. */
  readonly writeMs: number
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
  readonly clock: Clock
  readonly delayMs: number
  readonly store: ObjectStore
  readonly registry: ResourceRegistry
  readonly conflicts: () => QuotaConflicts | undefined
}): QuotaAdmission {
  const { clock, delayMs, store, registry } = options
  const quotas = registry.find('v1', 'ResourceQuota')
  const writing = new Map<string, number>()

  function writeStatus(quota: KubernetesObject, used: Amounts): void {
    const status = { hard: hardOf(quota) as Record<string, string>, used: formatAmounts(used) }
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
    const charged = quotasOf.map((quota) => ({ quota, used: usageWith(quota, resource, object) }))
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
