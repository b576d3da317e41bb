// What `kubectl explain` and `kubectl apply` read of the API: OpenAPI v3, one document a group and version. Custom kinds have
// the schema of their definition; of built-in kinds only their common parts are known here.
import { apiVersionOf } from '../../../../shared/manifests/kinds.ts'
import type { ResourceRegistry, ServedResource } from '../resource-registry.ts'

function rootOf(resource: ServedResource): string {
  return `${resource.group ? 'apis' : 'api'}/${apiVersionOf(resource)}`
}

function schemaName({ group, version, kind }: ServedResource): string {
  return [...group.split('.').toReversed(), version, kind].filter(Boolean).join('.')
}

const common = {
  apiVersion: {
    type: 'string',
    description: 'The version of the schema that this object has.',
  },
  kind: { type: 'string', description: 'The kind of this object.' },
  metadata: { type: 'object', description: 'Name, labels and what else every object has.' },
}
const builtIn = {
  description: 'A built-in kind; its fields are described at kubernetes.io/docs/reference.',
  properties: { spec: { type: 'object' }, status: { type: 'object' } },
}

function kindOf({ group, version, kind }: ServedResource): object {
  return { group, version, kind }
}

function schemaOf(resource: ServedResource): object {
  const { schema = builtIn } = resource
  const own = schema.properties as object | undefined // an object by the schema of schemas
  return {
    ...schema,
    type: 'object',
    properties: { ...common, ...own },
    'x-kubernetes-group-version-kind': [kindOf(resource)],
  }
}

const fieldValidation = { name: 'fieldValidation', in: 'query', schema: { type: 'string' } }

function pathsOf(resource: ServedResource): [string, object][] {
  const { namespaced, plural } = resource
  const operation = {
    'x-kubernetes-group-version-kind': kindOf(resource),
    responses: {
      200: {
        description: 'OK',
        content: {
          'application/json': { schema: { $ref: `#/components/schemas/${schemaName(resource)}` } },
        },
      },
    },
  }
  const base = `/${rootOf(resource)}/${namespaced ? 'namespaces/{namespace}/' : ''}${plural}`
  const get = { ...operation, 'x-kubernetes-action': 'get' }
  // Says to kubectl that the server checks fields itself.
  const patch = { ...operation, 'x-kubernetes-action': 'patch', parameters: [fieldValidation] }
  const post = { ...operation, 'x-kubernetes-action': 'post' }
  return [
    [base, { get: { ...get, 'x-kubernetes-action': 'list' }, post }],
    [`${base}/{name}`, { get, patch }],
  ]
}

/** The kinds of a document, by its path. */
function documented(registry: ResourceRegistry, path: readonly string[]): ServedResource[] {
  return registry
    .all()
    .filter((resource) => resource.kind !== 'Binding' && rootOf(resource) === path.join('/'))
}

/** The index, or the document of a group and version by its path; nothing for what is not served. */
export function openApi(registry: ResourceRegistry, path: readonly string[]): object | undefined {
  if (path.length === 0) {
    const roots = [...new Set(registry.all().map(rootOf))]
    const entries = roots.map((root) => [root, { serverRelativeURL: `/openapi/v3/${root}` }])
    return { paths: Object.fromEntries(entries) as object }
  }
  const own = documented(registry, path)
  if (own.length === 0) return undefined
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'unversioned' },
    paths: Object.fromEntries(own.flatMap(pathsOf)) as object,
    components: {
      schemas: Object.fromEntries(own.map((each) => [schemaName(each), schemaOf(each)])) as object,
    },
  }
}
