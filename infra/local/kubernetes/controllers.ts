// The controllers that a cluster cannot be without, wired to the store: garbage collection, namespaces, definitions.
import type { Core } from './core.ts'
import { createObject } from './create-object.ts'
import {
  definitionCleaner,
  definitionEstablisher,
  established,
} from './custom-resource-definitions.ts'
import { deleteObject, type DeleteRequest } from './delete-object.ts'
import { garbageCollector } from './garbage-collector.ts'
import { type NamespaceLifecycle, namespaceLifecycle } from './namespace-lifecycle.ts'
import { type Entry, namespaceOf, uidOf } from './object-store.ts'
import { type Target, updateObject } from './update-object.ts'

function targetOf({ resource, object }: Entry): Target {
  return { resource, namespace: namespaceOf(object), name: object.metadata.name }
}

export function controllers(
  base: Omit<Core, 'namespaces'>,
  { delayMs, establishMs }: { readonly delayMs: number; readonly establishMs: number },
): { namespaces: NamespaceLifecycle } {
  const { clock, store, registry } = base
  const remove = (entry: Entry, request: DeleteRequest = {}): void => {
    const uid = uidOf(entry.object)
    // It may have gone while the batch was being worked on.
    if (store.byUid(uid)) deleteObject(core, targetOf(entry), { uid, ...request })
  }
  const dropFinalizer = (entry: Entry, finalizer: string): void => {
    const current = store.byUid(uidOf(entry.object))
    if (!current) return
    updateObject(core, targetOf(current), (object) => {
      const finalizers = object.metadata.finalizers?.filter((each) => each !== finalizer) ?? []
      return { ...object, metadata: { ...object.metadata, finalizers } }
    })
  }
  const namespaces = namespaceLifecycle({
    clock,
    delayMs,
    store,
    namespaces: registry.find('v1', 'Namespace'),
    deleteObject: remove,
    createAccount(namespace) {
      const metadata = { name: 'default', namespace }
      // Refused only when somebody made it before, which is as good.
      createObject(core, { apiVersion: 'v1', kind: 'ServiceAccount', metadata }).catch(() => {})
    },
  })
  const core: Core = { ...base, namespaces }
  store.onChange(namespaces.record)
  store.onChange(
    garbageCollector(
      { clock, delayMs, store },
      {
        deleteObject: (entry) => remove(entry, { propagation: 'Background' }),
        setOwners(entry, ownerReferences) {
          updateObject(core, targetOf(entry), (object) => ({
            ...object,
            metadata: { ...object.metadata, ownerReferences },
          }))
        },
        dropFinalizer,
      },
    ),
  )
  const definitions = registry.find('apiextensions.k8s.io/v1', 'CustomResourceDefinition')
  store.onChange(
    definitionCleaner({
      clock,
      delayMs,
      store,
      deleteObject: remove,
      dropFinalizer: (object, finalizer) =>
        dropFinalizer({ resource: definitions, object }, finalizer),
    }),
  )
  store.onChange(
    definitionEstablisher({
      clock,
      establishMs,
      establish(object) {
        if (!store.byUid(uidOf(object))) return
        const target = targetOf({ resource: definitions, object })
        updateObject(core, { ...target, subresource: 'status' }, (current) =>
          established(current, clock.now()),
        )
      },
    }),
  )
  return { namespaces }
}
