// What the API says about itself: version, groups, the kinds of each.
import { apiVersionOf } from '../../../../shared/manifests/kinds.ts'
import type { ResourceRegistry, ServedResource } from '../resource-registry.ts'
import { openApi } from './openapi.ts'
import { definitionSpec } from '../resource-registry.ts'
import type { KubernetesObject } from '../../../../shared/manifests/object.ts'

const shortNames: Readonly<Record<string, readonly string[]>> = {
  namespaces: ['ns'],
  nodes: ['no'],
  pods: ['po'],
  services: ['svc'],
  serviceaccounts: ['sa'],
  configmaps: ['cm'],
  resourcequotas: ['quota'],
  limitranges: ['limits'],
  events: ['ev'],
  deployments: ['deploy'],
  replicasets: ['rs'],
  poddisruptionbudgets: ['pdb'],
  networkpolicies: ['netpol'],
  priorityclasses: ['pc'],
  customresourcedefinitions: ['crd', 'crds'],
}

const categories: Readonly<Record<string, readonly string[]>> = {
  pods: ['all'],
  services: ['all'],
  deployments: ['all'],
  replicasets: ['all'],
}

const allVerbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']

/** The level of the API that is imitated. */
const serverVersion = {
  major: '1',
  minor: '36',
  gitVersion: 'v1.36.0-kindling-embedded',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '2026-01-01T00:00:00Z',
  goVersion: '',
  compiler: '',
  platform: '',
}

function resourceEntries(resource: ServedResource, named: readonly string[]): object[] {
  const { plural, kind, namespaced, hasStatus } = resource
  const singularName = kind.toLowerCase()
  if (kind === 'Binding')
    return [{ name: plural, singularName, namespaced, kind, verbs: ['create'] }]
  const main = {
    name: plural,
    singularName,
    namespaced,
    kind,
    verbs: allVerbs,
    ...(named.length > 0 ? { shortNames: named } : {}),
    ...(categories[plural] ? { categories: categories[plural] } : {}),
  }
  if (!hasStatus) return [main]
  const status = {
    name: `${plural}/status`,
    singularName: '',
    namespaced,
    kind,
    verbs: ['get', 'patch', 'update'],
  }
  return [main, status]
}

function groupOf(name: string, versions: readonly string[]): object {
  const listed = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }))
  return { name, versions: listed, preferredVersion: listed[0] }
}

/** Groups in the order of the table, custom ones after. */
function groupVersions(resources: readonly ServedResource[]): Map<string, Set<string>> {
  const groups = new Map<string, Set<string>>()
  for (const { group, version } of resources) {
    if (group) groups.set(group, (groups.get(group) ?? new Set()).add(version))
  }
  return groups
}

/** The answer to a path of discovery; nothing for other paths, and for groups that are not served. */
export function discovery(
  registry: ResourceRegistry,
  definitions: readonly KubernetesObject[],
  path: readonly string[],
): object | undefined {
  const [first, group, version] = path
  const resources = registry.all()
  const groups = groupVersions(resources)
  if (path.length === 1) {
    if (first === 'version') return serverVersion
    if (first === 'api')
      return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] }
    if (first !== 'apis') return undefined
    const listed = [...groups].map(([name, versions]) => groupOf(name, [...versions]))
    return { kind: 'APIGroupList', apiVersion: 'v1', groups: listed }
  }
  if (first === 'openapi' && group === 'v3') return openApi(registry, path.slice(2))
  if (first === 'openapi') return group === 'v2' ? {} : undefined
  const versions = first === 'apis' && group !== undefined ? groups.get(group) : undefined
  if (path.length === 2 && first === 'apis') {
    if (!versions || group === undefined) return undefined
    return { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(group, [...versions]) }
  }
  const isCore = first === 'api' && path.length === 2 && group === 'v1'
  if (!isCore && !(path.length === 3 && version !== undefined && versions?.has(version)))
    return undefined
  const groupVersion = isCore ? 'v1' : `${group}/${version}`
  const custom = new Map(
    definitions.map((each) => [each.metadata.name, definitionSpec(each).names.shortNames ?? []]),
  )
  const entries = resources
    .filter((resource) => apiVersionOf(resource) === groupVersion)
    .flatMap((resource) => {
      const named = shortNames[resource.plural] ?? []
      return resourceEntries(resource, custom.get(`${resource.plural}.${resource.group}`) ?? named)
    })
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources: entries }
}
