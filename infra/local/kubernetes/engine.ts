// The embedded Kubernetes API: one engine is one cluster. This file only puts the parts together; the in-process face
// and the wire face both stand on the operations that it offers.
import type { KubernetesObject } from '../../../shared/manifests/object.ts'
import type { Clock, Kubernetes } from '../../../shared/ports.ts'
import { podAdmission } from './admission/pod-admission.ts'
import { type QuotaConflicts, quotaAdmission } from './admission/resource-quota.ts'
import { type KubernetesApi, kubernetesApi } from './api.ts'
import { accessOf, type Authorization, authorization } from './authorization/authorization.ts'
import { rbac } from './authorization/rbac.ts'
import { type Companions, type CompanionOptions, startCompanions } from './companions/companions.ts'
import { controllers } from './controllers.ts'
import type { Core } from './core.ts'
import { type CallGate, callGate, type CallHooks } from './call-gate.ts'
import { kubernetesFace } from './face.ts'
import { furniture } from './furniture.ts'
import { listPages } from './list-pages.ts'
import { type Change, objectStore } from './object-store.ts'
import { resourceRegistry } from './resource-registry.ts'
import { stoppableClock } from './timers.ts'
import { watchHub } from './watch-hub.ts'

export interface EngineOptions extends CallHooks {
  readonly clock: Clock
  /** How long the controllers inside (garbage collector, namespaces, quotas, accounts) take to react. Default 0. */
  readonly controllerMs?: number
  /** From when a CustomResourceDefinition is stored until its kinds are served. Default 0. */
  readonly establishMs?: number
  /** Changes kept of each kind for watches that resume. Default 10,000. */
  readonly watchWindow?: number
  /** Between two bookmarks of a watch. Default one minute. */
  readonly bookmarkMs?: number
}

export interface KubernetesEngine {
  /** The port, under this identity. */
  face(user: string): Kubernetes
  /** The operations in the API server's own terms, for the wire face. */
  readonly api: KubernetesApi
  /** What every call of a face passes. */
  readonly gate: CallGate
  readonly authorization: Authorization
  /** Scheduler, kubelets and Deployment controller, each under an identity of its own. Stopped with the engine. */
  startCompanions(options: Omit<CompanionOptions, 'clock' | 'face'>): Companions
  /** Ends every open watch, as a server under load does. */
  closeWatches(): void
  /** Forgets history and continue tokens: watches that resume from before now, and pages, are `expired`. */
  compact(): void
  /** From now on creates under a quota conflict as this says, until it is called with undefined. */
  setQuotaConflicts(conflicts: QuotaConflicts | undefined): void
  /** Objects of a kind as they are, without going through the API. For assertions. */
  snapshot(apiVersion: string, kind: string): readonly KubernetesObject[]
  /** Told of every change, in order, before the write returns. For assertions. */
  onChange(listener: (change: Change) => void): void
  openWatches(): number
  /** Ends timers, watches and companions; every later call throws `unavailable`. */
  stop(): void
}

const firstVersion = 1000

export function kubernetesEngine(options: EngineOptions): KubernetesEngine {
  const clock = stoppableClock(options.clock)
  const delayMs = options.controllerMs ?? 0
  const store = objectStore(firstVersion)
  const registry = resourceRegistry()
  let conflicts: QuotaConflicts | undefined
  let stopped = false
  const rules = rbac(store, registry)
  const rights = authorization(rules, registry)
  const gate = callGate(
    options,
    () => stopped,
    (who, call) => rights.check(who, accessOf(call, registry)),
  )
  const companions: Companions[] = []
  const hub = watchHub({
    clock,
    version: store.version,
    window: options.watchWindow ?? 10_000,
    bookmarkMs: options.bookmarkMs ?? 60_000,
  })
  // The hub listens first: watchers must see a change before those that it leads to.
  store.onChange(hub.record)
  store.onChange(registry.record)
  store.onChange(rules.record)

  const quotas = quotaAdmission({ clock, delayMs, store, registry, conflicts: () => conflicts })
  const base = { clock, store, registry, quotas, pods: podAdmission(store, registry) }
  const { namespaces } = controllers(base, { delayMs, establishMs: options.establishMs ?? 0 })
  store.onChange(quotas.record)
  const core: Core = { ...base, namespaces }
  const pages = listPages()
  const api = kubernetesApi(core, hub, pages)
  const face = (user: string): Kubernetes =>
    kubernetesFace(api, user, { gate, authorization: rights })
  // In the store before anybody can call: nothing that a create of these kinds does waits.
  for (const object of furniture) void api.create(object)

  return {
    api,
    gate,
    authorization: rights,
    face,
    startCompanions(given) {
      const started = startCompanions({ ...given, clock, face })
      companions.push(started)
      return started
    },
    closeWatches: hub.closeAll,
    compact() {
      hub.compact()
      pages.forget()
    },
    setQuotaConflicts(next) {
      conflicts = next
    },
    snapshot: (apiVersion, kind) => store.list(registry.find(apiVersion, kind)),
    onChange: (listener) => store.onChange(listener),
    openWatches: hub.openCount,
    stop() {
      stopped = true
      for (const started of companions) started.stop()
      hub.closeAll()
      clock.stop()
    },
  }
}
