// The engine's in-process face: the `Kubernetes` port under one identity, with hooks for audit and faults.
import { callErrorOf } from '../../../shared/clients/kubernetes-errors.ts'
import { CallError } from '../../../shared/call-error.ts'
import type { KindRef, KubernetesObject, ObjectRef } from '../../../shared/manifests/object.ts'
import type { Kubernetes, ObjectList } from '../../../shared/ports.ts'
import type { KubernetesApi } from './api.ts'
import { mergePatch } from './frozen-json.ts'
import { parseLabelSelector } from './label-selector.ts'
import type { Page } from './list-pages.ts'
import { StatusError } from './status-error.ts'
import type { Target } from './update-object.ts'

export interface KubernetesCall {
  readonly user: string
  readonly verb: 'get' | 'list' | 'watch' | 'create' | 'patch' | 'delete' | 'deleteAll'
  readonly apiVersion: string
  readonly kind: string
  readonly namespace?: string | undefined
  readonly name?: string | undefined
  readonly subresource?: 'status' | undefined
}

/** May wait, and may throw a CallError that the caller then gets. */
export type CallHook = (call: KubernetesCall) => void | Promise<void>

export interface CallHooks {
  /** Told of every call, before anything else. */
  readonly onCall?: (call: KubernetesCall) => void
  /** Before the call takes effect: it is refused, and nothing was done. */
  readonly before?: CallHook
  /** After it took effect: its answer is lost. Not for watches. */
  readonly after?: CallHook
}

const mutating = new Set<KubernetesCall['verb']>(['create', 'patch', 'delete', 'deleteAll'])

function mapped(error: unknown, call: Pick<KubernetesCall, 'verb'>): unknown {
  if (!(error instanceof StatusError)) return error
  const { code, reason, message, details } = error
  const { retryAfterSeconds } = details
  return callErrorOf({ code, reason, message, retryAfterSeconds }, mutating.has(call.verb))
}

function objectList(page: Page): ObjectList {
  const list = { items: page.items, resourceVersion: String(page.version) }
  return page.continue ? { ...list, continue: page.continue } : list
}

export function kubernetesFace(
  api: KubernetesApi,
  user: string,
  hooks: CallHooks,
  isStopped: () => boolean,
): Kubernetes {
  async function begin(call: KubernetesCall): Promise<void> {
    hooks.onCall?.(call)
    await hooks.before?.(call)
    if (!isStopped()) return
    throw new CallError('unavailable', `${call.verb} ${call.kind}: the API server has stopped`)
  }

  async function perform<T>(
    verb: KubernetesCall['verb'],
    ref: KindRef & { name?: string },
    work: () => T | Promise<T>,
    subresource?: 'status',
  ): Promise<T> {
    const { apiVersion, kind, namespace, name } = ref
    const call = { user, verb, apiVersion, kind, namespace, name, subresource }
    await begin(call)
    try {
      const result = await work()
      await hooks.after?.(call)
      return result
    } catch (error) {
      throw mapped(error, call)
    }
  }

  const target = (ref: ObjectRef): Target => ({
    resource: api.registry.find(ref.apiVersion, ref.kind),
    namespace: ref.namespace ?? '',
    name: ref.name,
  })
  const request = (kind: KindRef, labelSelector: string | undefined) => ({
    resource: api.registry.find(kind.apiVersion, kind.kind),
    namespace: kind.namespace,
    matches: parseLabelSelector(labelSelector),
  })
  return {
    async get(ref) {
      try {
        return await perform('get', ref, () => api.get(target(ref)))
      } catch (error) {
        if (error instanceof CallError && error.kind === 'not-found') return undefined
        throw error
      }
    },
    list: (kind, { labelSelector, ...page } = {}) =>
      perform('list', kind, () =>
        objectList(api.list({ ...request(kind, labelSelector), ...page })),
      ),
    create: (object: KubernetesObject) =>
      perform('create', { ...object, ...namesOf(object) }, () => api.create(object)),
    patch: (ref, patch, { subresource } = {}) =>
      perform(
        'patch',
        ref,
        () => api.update({ ...target(ref), subresource }, (current) => mergePatch(current, patch)),
        subresource,
      ),
    delete: (ref, options = {}) =>
      perform('delete', ref, () => {
        api.delete(target(ref), options)
      }),
    deleteAll: (kind, { labelSelector, gracePeriodSeconds }) =>
      perform('deleteAll', kind, () => {
        api.deleteAll(request(kind, labelSelector), { gracePeriodSeconds })
      }),
    async *watch(kind, { labelSelector, timeoutSeconds, resourceVersion, signal }) {
      const { apiVersion, kind: name, namespace } = kind
      await begin({ user, verb: 'watch', apiVersion, kind: name, namespace })
      if (signal.aborted) return
      const timeoutMs = timeoutSeconds === undefined ? undefined : timeoutSeconds * 1000
      let events
      try {
        events = api.watch({ ...request(kind, labelSelector), resourceVersion, timeoutMs, signal })
      } catch (error) {
        throw mapped(error, { verb: 'watch' })
      }
      yield* events
    },
  }
}

/** Whom a create names. */
function namesOf(object: KubernetesObject): { namespace?: string; name?: string } {
  const { namespace, name } = object.metadata
  return { ...(namespace === undefined ? {} : { namespace }), name }
}
