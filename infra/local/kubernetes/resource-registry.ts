// Which kinds are served: the built-in ones, and those whose CustomResourceDefinition is established.
import { apiVersionOf, kinds, type Resource } from '../../../shared/manifests/kinds.ts'
import { isEstablished } from '../../../shared/manifests/definition.ts'
import type { JsonObject, KubernetesObject } from '../../../shared/manifests/object.ts'
import type { Change } from './object-store.ts'
import { noSuchKind } from './status-error.ts'

export interface ServedResource extends Resource {
  /** The schema of a custom kind. */
  readonly schema?: JsonObject
}

export interface ResourceRegistry {
  /** Throws 404 for what is not served. */
  find(apiVersion: string, kind: string): ServedResource
  byPlural(group: string, version: string, plural: string): ServedResource | undefined
  all(): ServedResource[]
  readonly record: (change: Change) => void
}

/** The parts of a CustomResourceDefinition's spec that matter here; validated on create. */
export interface DefinitionSpec {
  readonly group: string
  readonly scope: 'Namespaced' | 'Cluster'
  readonly names: {
    readonly kind: string
    readonly plural: string
    readonly singular?: string
    readonly listKind?: string
    readonly shortNames?: readonly string[]
  }
  readonly versions: readonly {
    readonly name: string
    readonly served: boolean
    readonly storage: boolean
    readonly schema?: { readonly openAPIV3Schema?: JsonObject }
    readonly subresources?: { readonly status?: JsonObject }
  }[]
}

export function definitionSpec(definition: KubernetesObject): DefinitionSpec {
  return definition.spec as unknown as DefinitionSpec // its shape was checked when it was stored
}

/** The kinds that a definition serves, one a version. */
export function definedResources(definition: KubernetesObject): ServedResource[] {
  const { group, scope, names, versions } = definitionSpec(definition)
  return versions
    .filter((version) => version.served)
    .map((version) => ({
      group,
      version: version.name,
      kind: names.kind,
      plural: names.plural,
      namespaced: scope === 'Namespaced',
      hasStatus: version.subresources?.status !== undefined,
      custom: true,
      ...(version.schema?.openAPIV3Schema ? { schema: version.schema.openAPIV3Schema } : {}),
    }))
}

export function resourceRegistry(): ResourceRegistry {
  const builtIn: readonly ServedResource[] = kinds.filter((kind) => !kind.custom)
  const custom = new Map<string, ServedResource[]>()
  const all = (): ServedResource[] => [...builtIn, ...[...custom.values()].flat()]
  const paths = new Map<string, ServedResource>()
  const names = new Map<string, ServedResource>()

  function index(): void {
    paths.clear()
    names.clear()
    for (const resource of all()) {
      paths.set(`${resource.group}/${resource.version}/${resource.plural}`, resource)
      names.set(`${apiVersionOf(resource)}/${resource.kind}`, resource)
    }
  }
  index()

  return {
    find(apiVersion, kind) {
      const resource = names.get(`${apiVersion}/${kind}`)
      if (!resource) throw noSuchKind(apiVersion, kind)
      return resource
    },
    byPlural: (group, version, plural) => paths.get(`${group}/${version}/${plural}`),
    all,
    record({ type, resource, object }) {
      if (resource.kind !== 'CustomResourceDefinition') return
      if (type === 'DELETED') custom.delete(object.metadata.name)
      else if (isEstablished(object)) custom.set(object.metadata.name, definedResources(object))
      index()
    },
  }
}
