// CustomResourceDefinitions: what a stored one says of itself, and that deleting one deletes its objects first.
import type { KubernetesObject } from '../../../shared/manifests/object.ts'
import { isObject } from './frozen-json.ts'
import { definedResources, definitionSpec } from './resource-registry.ts'
import { type Cause, invalidValue, requiredValue } from './status-error.ts'
import type { Change, ObjectStore } from './object-store.ts'
import { timestamp } from './timestamp.ts'
import { batched } from './timers.ts'
import type { EngineClock } from '../clock.ts'

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
  const condition = (type: string, reason: string): Record<string, string> => ({
    type,
    status: 'True',
    reason,
    lastTransitionTime,
  })
  return {
    ...definition,
    metadata: { ...definition.metadata, finalizers: [cleanupFinalizer] },
    spec: { conversion: { strategy: 'None' }, ...definition.spec, names: acceptedNames },
    status: {
      acceptedNames,
      storedVersions: versions.filter((version) => version.storage).map((version) => version.name),
      conditions: [
        condition('NamesAccepted', 'NoConflicts'),
        condition('Established', 'InitialNamesAccepted'),
      ],
    },
  }
}

/** Empties a definition that is being deleted, and lets it go when the last of its objects has gone. */
export function definitionCleaner(options: {
  readonly clock: EngineClock
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
