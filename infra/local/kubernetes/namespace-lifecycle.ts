// Namespaces: nothing is created in one that is not there or is going; one that is deleted empties itself and then
// goes; each has its `default` ServiceAccount.
import type { Clock } from '../../../shared/ports.ts'
import type { Resource } from '../../../shared/manifests/kinds.ts'
import type { KubernetesObject } from '../../../shared/manifests/object.ts'
import { type Change, type Entry, namespaceOf, type ObjectStore } from './object-store.ts'
import { forbidden, notFound } from './status-error.ts'
import { batched } from './timers.ts'

export const systemNamespaces = ['default', 'kube-system', 'kube-public', 'kube-node-lease']
const permanent = new Set(systemNamespaces.slice(0, 3))

export interface NamespaceLifecycle {
  /** Throws 404 or 403 when nothing may be created in the namespace. */
  admitCreate(resource: Resource, object: KubernetesObject): void
  /** Throws 403 for the namespaces that a cluster cannot be without. */
  admitDelete(name: string): void
  readonly record: (change: Change) => void
}

export function namespaceLifecycle(options: {
  readonly clock: Clock
  readonly delayMs: number
  readonly store: ObjectStore
  readonly namespaces: Resource
  readonly deleteObject: (entry: Entry) => void
  readonly createAccount: (namespace: string) => void
}): NamespaceLifecycle {
  const { clock, delayMs, store, namespaces } = options

  const isLeaving = (name: string): boolean =>
    store.get(namespaces, '', name)?.metadata.deletionTimestamp !== undefined

  const empty = batched<string>(clock, delayMs, (names) => {
    for (const name of names) {
      const namespace = store.get(namespaces, '', name)
      if (!namespace?.metadata.deletionTimestamp) continue
      for (const entry of store.contents(name)) {
        if (!entry.object.metadata.deletionTimestamp) options.deleteObject(entry)
      }
      if (!store.hasContents(name)) store.remove(namespaces, namespace)
    }
  })

  const welcome = (name: string): void => {
    if (store.get(namespaces, '', name) && !isLeaving(name)) options.createAccount(name)
  }

  return {
    admitCreate(resource, object) {
      const name = namespaceOf(object)
      if (!resource.namespaced) return
      if (!store.get(namespaces, '', name)) throw notFound(namespaces, name)
      if (!isLeaving(name)) return
      const why = `unable to create new content in namespace ${name} because it is being terminated`
      throw forbidden(resource, object.metadata.name, why)
    },
    admitDelete(name) {
      if (permanent.has(name)) {
        throw forbidden(namespaces, name, 'this namespace may not be deleted')
      }
    },
    record({ type, resource, object }) {
      if (resource.kind === 'Namespace') {
        const { name, deletionTimestamp } = object.metadata
        if (type === 'MODIFIED' && deletionTimestamp) empty(name)
        else if (type === 'ADDED' && delayMs === 0) welcome(name)
        else if (type === 'ADDED') clock.after(delayMs, () => welcome(name))
      } else if (type === 'DELETED' && isLeaving(namespaceOf(object))) {
        if (!store.hasContents(namespaceOf(object))) empty(namespaceOf(object))
      }
    },
  }
}
