// Where a path leads: `/api/v1/...` and `/apis/GROUP/VERSION/...` to a kind, one object of it, or a part of that.
import type { ResourceRegistry, ServedResource } from '../resource-registry.ts'
import { StatusError } from '../status-error.ts'

export interface Route {
  readonly resource: ServedResource
  readonly namespace: string | undefined
  readonly name: string | undefined
  readonly subresource: string | undefined
}

export function noSuchPath(): StatusError {
  return new StatusError(404, 'NotFound', 'the server could not find the requested resource')
}

/** Throws 404 for what is not served. */
export function routeOf(registry: ResourceRegistry, path: readonly string[]): Route {
  const [root, ...rest] = path
  const group = root === 'apis' ? (rest.shift() ?? '') : ''
  const version = rest.shift()
  if ((root !== 'api' && root !== 'apis') || version === undefined) throw noSuchPath()
  const inNamespace =
    rest[0] === 'namespaces' && rest.length > 2 && rest[2] !== 'status' && rest[2] !== 'finalize'
  const namespace = inNamespace ? rest[1] : undefined
  const [plural = '', name, subresource, ...more] = inNamespace ? rest.slice(2) : rest
  const resource = registry.byPlural(group, version, plural)
  if (!resource || more.length > 0) throw noSuchPath()
  if (namespace !== undefined && !resource.namespaced) throw noSuchPath()
  // One object of a namespaced kind has its path in the namespace only.
  if (name !== undefined && resource.namespaced && namespace === undefined) throw noSuchPath()
  return { resource, namespace, name, subresource }
}
