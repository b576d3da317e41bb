// Owner references: what is owned goes when the last of its owners has gone, or never was. Works in the background
// after each change that may leave something without an owner; also carries out Foreground and Orphan deletions.
import type { Clock } from '../../../shared/ports.ts'
import type { KubernetesObject, OwnerReference } from '../../../shared/manifests/object.ts'
import { type Change, type Entry, namespaceOf, type ObjectStore, uidOf } from './object-store.ts'
import { batched } from './timers.ts'

export const foregroundFinalizer = 'foregroundDeletion'
export const orphanFinalizer = 'orphan'

export interface CollectorActions {
  readonly deleteObject: (entry: Entry) => void
  readonly setOwners: (entry: Entry, owners: readonly OwnerReference[]) => void
  readonly dropFinalizer: (entry: Entry, finalizer: string) => void
}

function hasFinalizer(object: KubernetesObject, finalizer: string): boolean {
  return object.metadata.finalizers?.includes(finalizer) === true
}

function waitsForDependents(object: KubernetesObject): boolean {
  return (
    object.metadata.deletionTimestamp !== undefined && hasFinalizer(object, foregroundFinalizer)
  )
}

export function garbageCollector(
  options: { clock: Clock; delayMs: number; store: ObjectStore },
  actions: CollectorActions,
): (change: Change) => void {
  const { store } = options

  /** The owner itself, if it is there under that name and uid, cluster-wide or in the same namespace. */
  function ownerOf(reference: OwnerReference, dependent: KubernetesObject): Entry | undefined {
    const owner = store.byUid(reference.uid)
    if (!owner) return undefined
    const { object } = owner
    const within = namespaceOf(object) === '' || namespaceOf(object) === namespaceOf(dependent)
    const same = object.kind === reference.kind && object.metadata.name === reference.name
    return within && same ? owner : undefined
  }

  function attemptToDelete(entry: Entry): void {
    const references = entry.object.metadata.ownerReferences ?? []
    if (references.length === 0 || entry.object.metadata.deletionTimestamp) return
    const solid = references.filter((reference) => {
      const owner = ownerOf(reference, entry.object)
      return owner && !(reference.blockOwnerDeletion && waitsForDependents(owner.object))
    })
    if (solid.length === 0) actions.deleteObject(entry)
    else if (solid.length < references.length) actions.setOwners(entry, solid)
  }

  function finishOwner(entry: Entry): void {
    const { object } = entry
    const dependents = store.dependents(uidOf(object))
    if (hasFinalizer(object, orphanFinalizer)) {
      for (const dependent of dependents) {
        const owners = dependent.object.metadata.ownerReferences ?? []
        const others = owners.filter((owner) => owner.uid !== uidOf(object))
        actions.setOwners(dependent, others)
      }
      return actions.dropFinalizer(entry, orphanFinalizer)
    }
    for (const dependent of dependents) attemptToDelete(dependent)
    const blocking = store
      .dependents(uidOf(object))
      .flatMap((dependent) => dependent.object.metadata.ownerReferences ?? [])
      .some((owner) => owner.uid === uidOf(object) && owner.blockOwnerDeletion)
    if (!blocking) actions.dropFinalizer(entry, foregroundFinalizer)
  }

  const look = batched<string>(options.clock, options.delayMs, (uids) => {
    for (const uid of uids) {
      const entry = store.byUid(uid)
      if (!entry) {
        for (const dependent of store.dependents(uid)) attemptToDelete(dependent)
        continue
      }
      const { object } = entry
      if (waitsForDependents(object) || hasFinalizer(object, orphanFinalizer)) finishOwner(entry)
      else attemptToDelete(entry)
    }
  })

  return ({ type, object, previous }) => {
    if (type === 'DELETED') {
      look(uidOf(object))
      for (const owner of object.metadata.ownerReferences ?? []) {
        if (store.byUid(owner.uid)?.object.metadata.deletionTimestamp) look(owner.uid)
      }
      return
    }
    const { ownerReferences, deletionTimestamp } = object.metadata
    const newOwners = ownerReferences !== previous?.metadata.ownerReferences
    if (newOwners || deletionTimestamp) look(uidOf(object))
  }
}
