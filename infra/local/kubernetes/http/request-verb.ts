// What a request is as a call: its verb and its part of an object, as rights and those who count name them.
import type { KubernetesCall } from '../call-gate.ts'
import { isObject } from '../frozen-json.ts'
import { StatusError } from '../status-error.ts'
import type { Exchange } from './exchange.ts'
import type { Route } from './route.ts'

/** Throws 405. */
export function verbOf(exchange: Exchange, route: Route): KubernetesCall['verb'] {
  const { method, query } = exchange
  if (method === 'GET' && route.name === undefined) {
    return query.get('watch') === 'true' || query.get('watch') === '1' ? 'watch' : 'list'
  }
  if (method === 'GET') return 'get'
  if (method === 'POST') return 'create'
  if (method === 'PUT' && route.name !== undefined) return 'update'
  if (method === 'PATCH' && route.name !== undefined) return 'patch'
  if (method === 'DELETE') return route.name === undefined ? 'deleteAll' : 'delete'
  throw new StatusError(405, 'MethodNotAllowed', `the server does not allow ${method} here`)
}

export function partOf(
  { resource, subresource }: Route,
  verb: KubernetesCall['verb'],
): KubernetesCall['subresource'] {
  if (subresource === 'status') return 'status'
  const isLog = subresource === 'log' && resource.kind === 'Pod' && verb === 'get'
  return isLog ? 'log' : undefined
}

/** A list or a watch of one name is allowed to whoever may see that one. */
export function selectedName({ query }: Exchange): string | undefined {
  return /(?:^|,)metadata\.name==?([^,]+)/.exec(query.get('fieldSelector') ?? '')?.[1]
}

/** Whom a create names. */
export function createdName(body: unknown): string | undefined {
  const metadata = isObject(body) ? body['metadata'] : undefined
  const name = isObject(metadata) ? metadata['name'] : undefined
  return typeof name === 'string' ? name : undefined
}
