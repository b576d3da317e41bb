// The API server's verbs on stored objects, in its own terms (kinds found, versions as numbers, refusals as
// StatusError). Both faces stand on it.
import type { KubernetesObject } from '../../../shared/manifests/object.ts'
import type { WatchEvent } from '../../../shared/ports.ts'
import { checkScope, type Core, existing } from './core.ts'
import { type Admit, createObject } from './create-object.ts'
import { deleteObject, type DeleteRequest } from './delete-object.ts'
import type { ListPages, Page } from './list-pages.ts'
import { namespaceOf } from './object-store.ts'
import type { ResourceRegistry, ServedResource } from './resource-registry.ts'
import { StatusError } from './status-error.ts'
import { type Target, updateObject } from './update-object.ts'
import type { WatchHub } from './watch-hub.ts'

export interface ListRequest {
  readonly resource: ServedResource
  readonly namespace?: string | undefined
  readonly matches: (object: KubernetesObject) => boolean
  readonly limit?: number | undefined
  readonly continue?: string | undefined
}

export interface ApiWatchRequest extends Omit<ListRequest, 'limit' | 'continue'> {
  /** Everything after this; without it, or at `0`, what is there now comes first as ADDED. */
  readonly resourceVersion?: string | undefined
  /** Ends the initial ADDED events with a bookmark that says so. */
  readonly sendInitialEvents?: boolean | undefined
  readonly timeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

export interface KubernetesApi {
  readonly registry: ResourceRegistry
  readonly version: () => number
  get(target: Target): KubernetesObject
  list(request: ListRequest): Page
  create(object: unknown, admit?: Admit): Promise<KubernetesObject>
  update(
    target: Target,
    change: (current: KubernetesObject) => unknown,
    admit?: Admit,
  ): KubernetesObject
  delete(target: Target, request: DeleteRequest): KubernetesObject
  /** Answers what it deleted. */
  deleteAll(request: ListRequest, how: DeleteRequest): KubernetesObject[]
  watch(request: ApiWatchRequest): AsyncIterableIterator<WatchEvent>
}

export function kubernetesApi(core: Core, hub: WatchHub, pages: ListPages): KubernetesApi {
  const { store, registry } = core

  function select({ resource, namespace, matches }: ListRequest): KubernetesObject[] {
    if (namespace !== undefined) checkScope(resource, namespace)
    return store.list(resource, namespace).filter((object) => matches(object))
  }

  return {
    registry,
    version: store.version,
    get: ({ resource, namespace, name }) =>
      existing(core, resource, checkScope(resource, namespace), name),
    list(request) {
      if (request.continue) return pages.next(request.continue, request.limit)
      return pages.first(select(request), store.version(), request.limit)
    },
    create: (object, admit) => createObject(core, object, admit),
    update: (target, change, admit) => updateObject(core, target, change, admit),
    delete: (target, request) => deleteObject(core, target, request),
    deleteAll(request, how) {
      checkScope(request.resource, request.namespace)
      const { resource } = request
      const found = select(request)
      for (const object of found) {
        deleteObject(
          core,
          { resource, namespace: namespaceOf(object), name: object.metadata.name },
          how,
        )
      }
      return found
    },
    watch(request) {
      const { resourceVersion = '0', sendInitialEvents, ...rest } = request
      if (!/^\d+$/.test(resourceVersion)) {
        const why = `resourceVersion: Invalid value: ${JSON.stringify(resourceVersion)}: invalid syntax`
        throw new StatusError(500, '', why)
      }
      if (Number(resourceVersion) > 0 && !sendInitialEvents) {
        return hub.open({ ...rest, version: Number(resourceVersion) })
      }
      const version = store.version()
      const now = select(request).map((object): WatchEvent => ({ type: 'ADDED', object }))
      const end: WatchEvent = { type: 'BOOKMARK', resourceVersion: String(version) }
      return hub.open({ ...rest, version, initial: sendInitialEvents ? [...now, end] : now })
    },
  }
}
