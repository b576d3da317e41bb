// The stored objects with one global, increasing version. Every write passes here, gets the next version and is told
// to the listeners, in order, before the write returns. Knows nothing of admission, status or deletion rules.
import type { Resource } from '../../../shared/manifests/kinds.ts'
import type { KubernetesObject } from '../../../shared/manifests/object.ts'
import { freezeDeep } from './frozen-json.ts'
import { qualifiedPlural } from './status-error.ts'

export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly resource: Resource
  /** Of a deletion: the last state, at the version of the deletion. */
  readonly object: KubernetesObject
  readonly previous?: KubernetesObject
  readonly version: number
}

export interface Entry {
  readonly resource: Resource
  readonly object: KubernetesObject
}

export interface ObjectStore {
  readonly version: () => number
  get(resource: Resource, namespace: string, name: string): KubernetesObject | undefined
  /** In the order of the API server: by namespace, then name. Without a namespace: of all. */
  list(resource: Resource, namespace?: string): KubernetesObject[]
  /** The same without the cost of sorting. */
  each(resource: Resource, namespace?: string): Iterable<KubernetesObject>
  byUid(uid: string): Entry | undefined
  /** The objects that name this uid as an owner. */
  dependents(uid: string): Entry[]
  contents(namespace: string): Entry[]
  hasContents(namespace: string): boolean
  insert(resource: Resource, object: KubernetesObject): KubernetesObject
  replace(resource: Resource, previous: KubernetesObject, next: KubernetesObject): KubernetesObject
  remove(resource: Resource, object: KubernetesObject): KubernetesObject
  onChange(listener: (change: Change) => void): void
}

type Named = Map<string, KubernetesObject>

function withVersion(object: KubernetesObject, version: number): KubernetesObject {
  const metadata = { ...object.metadata, resourceVersion: String(version) }
  return freezeDeep({ ...object, metadata })
}

export function namespaceOf(object: KubernetesObject): string {
  return object.metadata.namespace ?? ''
}

export function uidOf(object: KubernetesObject): string {
  return object.metadata.uid ?? ''
}

function sortedValues(named: Named): KubernetesObject[] {
  return [...named.keys()].sort().flatMap((name) => named.get(name) ?? [])
}

/** Who names whom as an owner, by uid. */
function ownerIndex(): {
  update(uid: string, before?: KubernetesObject, after?: KubernetesObject): void
  of(owner: string): Iterable<string>
} {
  const index = new Map<string, Set<string>>()
  return {
    update(uid, before, after) {
      if (before?.metadata.ownerReferences === after?.metadata.ownerReferences) return
      for (const owner of before?.metadata.ownerReferences ?? []) {
        const dependents = index.get(owner.uid)
        dependents?.delete(uid)
        if (dependents?.size === 0) index.delete(owner.uid)
      }
      for (const owner of after?.metadata.ownerReferences ?? []) {
        const dependents = index.get(owner.uid) ?? new Set()
        index.set(owner.uid, dependents.add(uid))
      }
    },
    of: (owner) => index.get(owner) ?? [],
  }
}

/** `firstVersion`: what the store starts at, so that a version from before its time can be told. */
export function objectStore(firstVersion: number): ObjectStore {
  const tables = new Map<string, Map<string, Named>>()
  const uids = new Map<string, Entry>()
  const owners = ownerIndex()
  const listeners: ((change: Change) => void)[] = []
  let version = firstVersion

  function tableOf(resource: Resource): Map<string, Named> {
    const key = qualifiedPlural(resource)
    const table = tables.get(key) ?? new Map<string, Named>()
    if (table.size === 0) tables.set(key, table)
    return table
  }

  function keep(resource: Resource, object: KubernetesObject): void {
    const table = tableOf(resource)
    const namespace = namespaceOf(object)
    const named = table.get(namespace) ?? new Map<string, KubernetesObject>()
    table.set(namespace, named.set(object.metadata.name, object))
    uids.set(uidOf(object), { resource, object })
  }

  function tell(change: Change): KubernetesObject {
    owners.update(
      uidOf(change.object),
      change.previous,
      change.type === 'DELETED' ? undefined : change.object,
    )
    for (const listener of listeners) listener(change)
    return change.object
  }

  function* each(resource: Resource, namespace?: string): Iterable<KubernetesObject> {
    const table = tableOf(resource)
    if (namespace !== undefined) return yield* table.get(namespace)?.values() ?? []
    for (const named of table.values()) yield* named.values()
  }

  return {
    version: () => version,
    get: (resource, namespace, name) => tableOf(resource).get(namespace)?.get(name),
    each,
    list(resource, namespace) {
      const table = tableOf(resource)
      const namespaces = namespace === undefined ? [...table.keys()].sort() : [namespace]
      return namespaces.flatMap((each) => sortedValues(table.get(each) ?? new Map()))
    },
    byUid: (uid) => uids.get(uid),
    dependents: (uid) => [...owners.of(uid)].flatMap((dependent) => uids.get(dependent) ?? []),
    contents(namespace) {
      const found: Entry[] = []
      for (const table of tables.values()) {
        for (const object of table.get(namespace)?.values() ?? []) {
          const entry = uids.get(uidOf(object))
          if (entry) found.push(entry)
        }
      }
      return found
    },
    hasContents: (namespace) => [...tables.values()].some((table) => table.has(namespace)),
    insert(resource, object) {
      const stored = withVersion(object, ++version)
      keep(resource, stored)
      return tell({ type: 'ADDED', resource, object: stored, version })
    },
    replace(resource, previous, next) {
      const stored = withVersion(next, ++version)
      keep(resource, stored)
      return tell({ type: 'MODIFIED', resource, object: stored, previous, version })
    },
    remove(resource, object) {
      const table = tableOf(resource)
      const named = table.get(namespaceOf(object))
      named?.delete(object.metadata.name)
      if (named?.size === 0) table.delete(namespaceOf(object))
      uids.delete(uidOf(object))
      const last = withVersion(object, ++version)
      return tell({ type: 'DELETED', resource, object: last, previous: object, version })
    },
    onChange: (listener) => listeners.push(listener),
  }
}
