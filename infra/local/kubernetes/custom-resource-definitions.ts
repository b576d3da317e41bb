// CustomResourceDefinitions: what a stored one says of itself, and that deleting one deletes its objects first.
import type { Clock } from '../../../shared/ports.ts'
import type { KubernetesObject } from '../../../shared/manifests/object.ts'
import { isObject } from './frozen-json.ts'
import { definedResources, definitionSpec } from './resource-registry.ts'
import { type Cause, invalidValue, requiredValue } from './status-error.ts'
import type { Change, ObjectStore } from './object-store.ts'
import { timestamp } from './timestamp.ts'
import { batched } from './timers.ts'

const cleanupFinalizer = 'customresourcecleanup.apiextensions.k8s.io'

export function definitionCauses(definition: KubernetesObject): Cause[] {
  const spec: Record<string, unknown> = definition.spec ?? {}
  const { group, names, scope, versions } = spec
  const causes: Cause[] = []
  if (typeof group !== 'string' || !group.includes('.')) {
    causes.push(invalidValue('spec.group', group ?? null, 'must be a domain with at least one dot'))
  }
  if (scope !== 'Namespaced' && scope !== 'Cluster') {
    causes.push(invalidValue('spec.scope', scope ?? null, 'must be Namespaced or Cluster'))
  }
  const { plural, kind } = isObject(names) ? names : {}
  if (typeof plural !== 'string') causes.push(requiredValue('spec.names.plural'))
  if (typeof kind !== 'string') causes.push(requiredValue('spec.names.kind'))
  const named = [plural, group].join('.')
  if (definition.metadata.name !== named) {
    causes.push(invalidValue('metadata.name', definition.metadata.name, `must be ${named}`))
  }
  const list: readonly unknown[] = Array.isArray(versions) ? versions : []
  const stored = list.filter((version) => isObject(version) && version['storage'] === true)
  if (stored.length !== 1) {
    causes.push(invalidValue('spec.versions', stored.length, 'exactly one must have storage: true'))
  }
  for (const [index, version] of list.entries()) {
    const schema = isObject(version) ? version['schema'] : undefined
    if (isObject(schema) && isObject(schema['openAPIV3Schema'])) continue
    causes.push(requiredValue(`spec.versions[${index}].schema.openAPIV3Schema`))
  }
  return causes
}

export function defaultDefinition(definition: KubernetesObject): KubernetesObject {
  const { names, versions } = definitionSpec(definition)
  const acceptedNames = {
    singular: names.kind.toLowerCase(),
    listKind: `${names.kind}List`,
    ...names,
  }
  const lastTransitionTime = definition.metadata.creationTimestamp ?? timestamp(0)
  return {
    ...definition,
    metadata: { ...definition.metadata, finalizers: [cleanupFinalizer] },
    spec: { conversion: { strategy: 'None' }, ...definition.spec, names: acceptedNames },
    status: {
      acceptedNames,
      storedVersions: versions.filter((version) => version.storage).map((version) => version.name),
      conditions: [
        { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', lastTransitionTime },
        { type: 'Established', status: 'False', reason: 'Installing', lastTransitionTime },
      ],
    },
  }
}

/** Says of each new definition when its kinds are served: API servers of one control plane let each other hear of it first. */
export function definitionEstablisher(options: {
  readonly clock: Clock
  readonly establishMs: number
  readonly establish: (definition: KubernetesObject) => void
}): (change: Change) => void {
  const { clock, establishMs, establish } = options
  return ({ type, resource, object }) => {
    if (type !== 'ADDED' || resource.kind !== 'CustomResourceDefinition') return
    if (establishMs === 0) establish(object)
    else clock.after(establishMs, () => establish(object))
  }
}

/** The definition from when its kinds are served. */
export function established(definition: KubernetesObject, now: number): KubernetesObject {
  const { conditions } = definition.status as { conditions: readonly { type: string }[] }
  const since = { type: 'Established', status: 'True', reason: 'InitialNamesAccepted' }
  const others = conditions.filter(({ type }) => type !== 'Established')
  return {
    ...definition,
    status: {
      ...definition.status,
      conditions: [...others, { ...since, lastTransitionTime: timestamp(now) }],
    },
  }
}

/** Empties a definition that is being deleted, and lets it go when the last of its objects has gone. */
export function definitionCleaner(options: {
  readonly clock: Clock
  readonly delayMs: number
  readonly store: ObjectStore
  readonly deleteObject: (change: Pick<Change, 'resource' | 'object'>) => void
  readonly dropFinalizer: (definition: KubernetesObject, finalizer: string) => void
}): (change: Change) => void {
  const { store, deleteObject, dropFinalizer } = options
  const leaving = new Map<string, KubernetesObject>()
  const look = batched<string>(options.clock, options.delayMs, (names) => {
    for (const name of names) {
      const definition = leaving.get(name)
      const resource = definition && definedResources(definition)[0]
      const objects = resource ? store.list(resource) : []
      for (const object of objects) {
        if (resource && !object.metadata.deletionTimestamp) deleteObject({ resource, object })
      }
      if (!definition || (resource && store.list(resource).length > 0)) continue
      leaving.delete(name)
      dropFinalizer(definition, cleanupFinalizer)
    }
  })
  return ({ type, resource, object }) => {
    if (resource.kind === 'CustomResourceDefinition') {
      if (type === 'DELETED' || !object.metadata.deletionTimestamp) return
      leaving.set(object.metadata.name, object)
      look(object.metadata.name)
    } else if (type === 'DELETED' && resource.custom) {
      const name = `${resource.plural}.${resource.group}`
      if (leaving.has(name)) look(name)
    }
  }
}
