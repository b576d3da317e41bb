// What a request asks for, read from its query and body: selections, deletions, and the object that its path means.
import { apiVersionOf } from '../../../../shared/manifests/kinds.ts'
import type { ListRequest } from '../api.ts'
import type { DeleteRequest } from '../delete-object.ts'
import { parseFieldSelector } from '../field-selector.ts'
import { isObject } from '../frozen-json.ts'
import { parseLabelSelector } from '../label-selector.ts'
import { badRequest, invalid } from '../status-error.ts'
import type { Exchange } from './exchange.ts'
import type { Route } from './route.ts'

export function listRequest(exchange: Exchange, route: Route): ListRequest {
  const { query } = exchange
  const byLabel = parseLabelSelector(query.get('labelSelector') ?? undefined)
  const byField = parseFieldSelector(route.resource, query.get('fieldSelector') ?? undefined)
  const limit = Number(query.get('limit') ?? 0)
  return {
    resource: route.resource,
    namespace: route.namespace,
    matches: (object) => byLabel(object) && byField(object),
    limit: limit > 0 ? limit : undefined,
    continue: query.get('continue') ?? undefined,
  }
}

/** What the path says of an object, where the body leaves it out. Throws 400 when they differ. */
export function withRoute(route: Route, body: unknown): unknown {
  if (!isObject(body)) throw badRequest('the body must be an object')
  const { resource, namespace, name, subresource } = route
  const given = isObject(body['metadata']) ? body['metadata'] : {}
  if (
    given['namespace'] !== undefined &&
    namespace !== undefined &&
    given['namespace'] !== namespace
  ) {
    throw badRequest('the namespace of the object does not match the namespace of the request')
  }
  if (name !== undefined && given['name'] !== undefined && given['name'] !== name) {
    throw badRequest('the name of the object does not match the name of the request')
  }
  const kind = subresource === 'binding' ? 'Binding' : resource.kind
  if (body['kind'] !== undefined && body['kind'] !== kind) {
    throw badRequest(`${JSON.stringify(body['kind'])} is not what this path takes: ${kind}`)
  }
  const metadata = {
    ...given,
    ...(name === undefined ? {} : { name }),
    ...(namespace === undefined ? {} : { namespace }),
  }
  return { ...body, apiVersion: apiVersionOf(resource), kind, metadata }
}

const propagations = new Set<unknown>(['Foreground', 'Background', 'Orphan'])

/** Throws 422 for a propagation that is none. */
export function deleteRequest({ query }: Exchange, body: unknown): DeleteRequest {
  const options = isObject(body) ? body : {}
  const preconditions = isObject(options['preconditions']) ? options['preconditions'] : {}
  const grace = options['gracePeriodSeconds'] ?? query.get('gracePeriodSeconds') ?? undefined
  const propagation = options['propagationPolicy'] ?? query.get('propagationPolicy') ?? undefined
  const { uid, resourceVersion } = preconditions
  if (propagation !== undefined && !propagations.has(propagation)) {
    const message = `Unsupported value: ${JSON.stringify(propagation)}: supported values: "Foreground", "Background", "Orphan"`
    const cause = { reason: 'FieldValueNotSupported', field: 'propagationPolicy', message }
    throw invalid({ kind: 'DeleteOptions', plural: '', group: 'meta.k8s.io' }, '', [cause])
  }
  return {
    ...(typeof uid === 'string' ? { uid } : {}),
    ...(typeof resourceVersion === 'string' ? { resourceVersion } : {}),
    ...(grace === undefined ? {} : { gracePeriodSeconds: Number(grace) }),
    ...(propagation === undefined
      ? {}
      : { propagation: propagation as DeleteRequest['propagation'] }),
  }
}
