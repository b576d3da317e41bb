// The verbs of the REST API on one kind: which method on which path does what, and what it answers.
import { apiVersionOf } from '../../../../shared/manifests/kinds.ts'
import type { WatchEvent } from '../../../../shared/ports.ts'
import type { KubernetesApi } from '../api.ts'
import type { KubernetesCall } from '../call-gate.ts'
import type { Admit } from '../create-object.ts'
import type { DeleteRequest } from '../delete-object.ts'
import type { KubernetesObject } from '../../../../shared/manifests/object.ts'
import { uidOf } from '../object-store.ts'
import { checkReadable } from '../stored-form.ts'
import { badRequest, forbiddenValue, invalid, requiredValue, StatusError } from '../status-error.ts'
import type { Target } from '../update-object.ts'
import {
  type Exchange,
  mediaType,
  readBody,
  sendJson,
  sendText,
  successStatus,
} from './exchange.ts'
import { applyObject } from './apply-object.ts'
import { podLog } from './pod-log.ts'
import { protobufType } from './protobuf.ts'
import { applyType, changeOf } from './patch-types.ts'
import { createdName, partOf, selectedName, verbOf } from './request-verb.ts'
import { deleteRequest, listRequest, withRoute } from './request-options.ts'
import { noSuchPath, type Route } from './route.ts'
import { listOf, shown, shownList, type VerbContext, wantsTable } from './shown-objects.ts'
import { jsonOf, streamWatch } from './watch-response.ts'

/** As a real server does when the caller does not say. */
const longestWatchSeconds = 1800

export async function answerResource(
  context: VerbContext,
  exchange: Exchange,
  route: Route,
): Promise<void> {
  const { gate } = context.engine
  const { resource, namespace, name, subresource } = route
  const verb = verbOf(exchange, route)
  const part = partOf(route, verb)
  const isLog = part === 'log'
  const binds = subresource === 'binding' && verb === 'create'
  if (subresource !== undefined && !part && !binds) throw noSuchPath()
  const kind = subresource === 'binding' ? 'Binding' : resource.kind
  const apiVersion = apiVersionOf(resource)
  const { who } = exchange
  const call = {
    user: who.user,
    verb,
    apiVersion,
    kind,
    namespace,
    name: name ?? selectedName(exchange),
    subresource: part,
  }
  if (verb === 'watch') {
    await gate.begin(call, who)
    return await watch(context, exchange, route)
  }
  const body = exchange.method === 'GET' ? undefined : await readObject(exchange)
  if (verb === 'create') call.name = createdName(body)
  await gate.begin(call, who)
  const [code, answer] = await perform(context, exchange, route, { verb, body })
  await gate.end(call)
  if (isLog)
    return sendText(
      exchange.response,
      podLog(answer as KubernetesObject, exchange.query.get('container')),
    )
  sendJson(exchange.response, code, answer)
}

/** Throws 415 for what is neither JSON nor protobuf. */
async function readObject({ request, query, method }: Exchange): Promise<unknown> {
  if (query.has('dryRun')) throw badRequest('dryRun is not supported')
  const type = mediaType(request)
  if (method !== 'PATCH' && type !== 'application/json' && type !== protobufType) {
    const message = `the body of the request was in an unsupported format: ${type}; send application/json`
    throw new StatusError(415, 'UnsupportedMediaType', message)
  }
  return await readBody(request)
}

interface Work {
  readonly verb: KubernetesCall['verb']
  readonly body: unknown
}

async function perform(
  context: VerbContext,
  exchange: Exchange,
  route: Route,
  { verb, body }: Work,
): Promise<[code: number, answer: object]> {
  const { api } = context.engine
  const { resource, namespace = '', name = '', subresource } = route
  const admit = admission(context, exchange)
  const target: Target = {
    resource,
    namespace,
    name,
    ...(subresource === 'status' ? { subresource } : {}),
  }
  switch (verb) {
    case 'get':
      return [200, shown(context, exchange, route, api.get(target))]
    case 'create':
      return [201, await create(api, route, body, admit)]
    case 'update': {
      const whole = withRoute(route, body)
      checkReadable(resource, whole)
      return [200, api.update({ ...target, replaces: true }, () => whole, admit)]
    }
    case 'patch':
      return await patch(context, exchange, target, body)
    case 'delete':
      return [200, remove(api, target, deleteRequest(exchange, body))]
    case 'deleteAll': {
      const deleted = api.deleteAll(listRequest(exchange, route), deleteRequest(exchange, body))
      return [200, listOf(resource, deleted, { resourceVersion: String(api.version()) })]
    }
    case 'list':
    case 'watch':
      return [200, shownList(context, exchange, route)]
  }
}

/** What the caller may not store because it would give rights away. */
function admission({ engine }: VerbContext, { who }: Exchange): Admit {
  return (next, current) => engine.authorization.checkEscalation(who, next, current)
}

async function create(
  api: KubernetesApi,
  route: Route,
  body: unknown,
  admit: Admit,
): Promise<object> {
  const { resource, name, namespace, subresource } = route
  const isBinding = subresource === 'binding' || resource.kind === 'Binding'
  if ((name !== undefined && !isBinding) || (resource.namespaced && namespace === undefined)) {
    throw new StatusError(
      405,
      'MethodNotAllowed',
      'the server does not allow this method on the requested resource',
    )
  }
  const created = await api.create(withRoute(route, body), admit)
  return isBinding ? { ...successStatus({}), code: 201 } : created
}

async function patch(
  context: VerbContext,
  exchange: Exchange,
  target: Target,
  body: unknown,
): Promise<[number, object]> {
  const type = mediaType(exchange.request)
  const change = changeOf(type, body, target.resource.custom === true)
  const { api, authorization } = context.engine
  const admit = admission(context, exchange)
  if (type !== applyType) return [200, api.update(target, change, admit)]
  const manager = exchange.query.get('fieldManager')
  if (!manager) {
    const causes = [requiredValue('fieldManager', 'is required for apply patch')]
    throw invalid({ kind: 'PatchOptions', plural: '', group: 'meta.k8s.io' }, '', causes)
  }
  const { group, plural } = target.resource
  const mayCreate = (): void =>
    authorization.check(exchange.who, {
      verb: 'create',
      group,
      resource: plural,
      namespace: target.namespace || undefined,
    })
  return await applyObject(
    { api, applied: context.applied, manager, admit, mayCreate },
    target,
    body,
  )
}

/** A Status with the uid when it has gone, the object when it is only marked. */
function remove(api: KubernetesApi, target: Target, request: DeleteRequest): object {
  const object = api.delete(target, request)
  const { resource, name } = target
  if (object.metadata.deletionTimestamp) return object
  const group = resource.group ? { group: resource.group } : {}
  return successStatus({ name, ...group, kind: resource.plural, uid: uidOf(object) })
}

async function watch(context: VerbContext, exchange: Exchange, route: Route): Promise<void> {
  const { query } = exchange
  const { limit: _limit, continue: _continue, ...selected } = listRequest(exchange, route)
  const seconds = Number(query.get('timeoutSeconds') ?? longestWatchSeconds)
  const sendInitialEvents = query.get('sendInitialEvents') === 'true'
  if (sendInitialEvents && query.get('resourceVersionMatch') !== 'NotOlderThan') {
    const why = 'must be NotOlderThan when sendInitialEvents is set'
    const causes = [forbiddenValue('resourceVersionMatch', why)]
    throw invalid({ kind: 'ListOptions', plural: '', group: 'meta.k8s.io' }, '', causes)
  }
  const open = (): AsyncIterableIterator<WatchEvent> =>
    context.engine.api.watch({
      ...selected,
      resourceVersion: query.get('resourceVersion') ?? undefined,
      sendInitialEvents,
      timeoutMs: (seconds > 0 ? seconds : longestWatchSeconds) * 1000,
    })
  const asTable = wantsTable(exchange)
  await streamWatch(exchange, route.resource, open, {
    bookmarks: query.get('allowWatchBookmarks') === 'true',
    marksInitialEnd: sendInitialEvents,
    shown: ({ object }) =>
      asTable ? JSON.stringify(shown(context, exchange, route, object)) : jsonOf(object),
  })
}
