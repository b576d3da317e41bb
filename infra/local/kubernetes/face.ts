// The engine's in-process face: the `Kubernetes` port under one identity, with hooks for audit and faults.
import { callErrorOf } from '../../../shared/clients/kubernetes-errors.ts'
import { CallError } from '../../../shared/call-error.ts'
import type { KindRef, KubernetesObject, ObjectRef } from '../../../shared/manifests/object.ts'
import type { Kubernetes, ObjectList } from '../../../shared/ports.ts'
import type { KubernetesApi } from './api.ts'
import type { Authorization } from './authorization/authorization.ts'
import { identityOf } from './authorization/identity.ts'
import type { CallGate, KubernetesCall } from './call-gate.ts'
import type { Admit } from './create-object.ts'
import { mergePatch } from './frozen-json.ts'
import { parseLabelSelector } from './label-selector.ts'
import type { Page } from './list-pages.ts'
import { StatusError } from './status-error.ts'
import type { Target } from './update-object.ts'

const mutating = new Set<KubernetesCall['verb']>(['create', 'patch', 'delete', 'deleteAll'])

function mapped(error: unknown, call: Pick<KubernetesCall, 'verb'>): unknown {
  if (!(error instanceof StatusError)) return error
  const { code, reason, message, details } = error
  const { retryAfterSeconds, causes } = details
  return callErrorOf({ code, reason, message, retryAfterSeconds, causes }, mutating.has(call.verb))
}

function objectList(page: Page): ObjectList {
  const list = { items: page.items, resourceVersion: String(page.version) }
  return page.continue ? { ...list, continue: page.continue } : list
}

export function kubernetesFace(
  api: KubernetesApi,
  user: string,
  { gate, authorization }: { readonly gate: CallGate; readonly authorization: Authorization },
): Kubernetes {
  const who = identityOf(user)
  const admit: Admit = (next, current) => authorization.checkEscalation(who, next, current)

  async function perform<T>(
    verb: KubernetesCall['verb'],
    ref: KindRef & { name?: string },
    work: () => T | Promise<T>,
    subresource?: 'status',
  ): Promise<T> {
    const { apiVersion, kind, namespace, name } = ref
    const call = { user, verb, apiVersion, kind, namespace, name, subresource }
    try {
      await gate.begin(call, who)
      const result = await work()
      await gate.end(call)
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
      perform('create', { ...object, ...namesOf(object) }, () => api.create(object, admit)),
    patch: (ref, patch, { subresource } = {}) =>
      perform(
        'patch',
        ref,
        () =>
          api.update(
            { ...target(ref), subresource },
            (current) => mergePatch(current, patch),
            admit,
          ),
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
      const timeoutMs = timeoutSeconds === undefined ? undefined : timeoutSeconds * 1000
      let events
      try {
        await gate.begin({ user, verb: 'watch', apiVersion, kind: name, namespace }, who)
        if (signal.aborted) return
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
