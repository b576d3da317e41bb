// The engine's wire face: the Kubernetes REST API over plain HTTP on the loopback, one server an engine.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Clock } from '../../../../shared/ports.ts'
import { listenOnLoopback } from '../../loopback/listen.ts'
import { ANONYMOUS, type Identity } from '../authorization/identity.ts'
import type { KubernetesEngine } from '../engine.ts'
import { answerReview, isReview } from './access-review.ts'
import { callerOf, tokenUser } from './caller.ts'
import { discovery } from './discovery.ts'
import { type Exchange, sendError, sendJson, sendText } from './exchange.ts'
import { answerResource } from './resource-verbs.ts'
import { noSuchPath, routeOf } from './route.ts'
import type { VerbContext } from './shown-objects.ts'

export interface KubernetesServer {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string
  /** Ends open connections too. The engine goes on. */
  stop(): Promise<void>
}

export interface KubernetesServerOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number
  /** Whom a caller without a token is taken for. Default: somebody without any rights. */
  readonly withoutToken?: string
}

const probes = new Set(['readyz', 'livez', 'healthz'])

function exchangeOf(request: IncomingMessage, response: ServerResponse, who: Identity): Exchange {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1')
  return {
    request,
    response,
    method: request.method ?? 'GET',
    path: url.pathname.split('/').filter(Boolean).map(decodeURIComponent),
    query: url.searchParams,
    who,
  }
}

async function answer(context: VerbContext, exchange: Exchange): Promise<void> {
  const { response, path, method, who } = exchange
  const { engine } = context
  if (path[0] !== undefined && probes.has(path[0])) {
    return sendText(response, 'ok')
  }
  const definitions = engine.snapshot('apiextensions.k8s.io/v1', 'CustomResourceDefinition')
  const found = method === 'GET' ? discovery(engine.api.registry, definitions, path) : undefined
  if (found) {
    engine.authorization.checkPath(who, { verb: 'get', path: `/${path.join('/')}` })
    // An empty protobuf message: kubectl reads it before it applies a List, and then checks nothing itself.
    if (path[0] === 'openapi' && path[1] === 'v2') return sendText(response, '')
    return sendJson(response, 200, found)
  }
  if (isReview(path)) return await answerReview(engine.authorization, exchange)
  if (path[0] !== 'api' && path[0] !== 'apis') {
    engine.authorization.checkPath(who, { verb: 'get', path: `/${path.join('/')}` })
    throw noSuchPath()
  }
  await answerResource(context, exchange, routeOf(engine.api.registry, path))
}

/** Rejects when the port is taken. */
export async function kubernetesServer(
  engine: KubernetesEngine,
  clock: Clock,
  options: KubernetesServerOptions = {},
): Promise<KubernetesServer> {
  const { port = 0, withoutToken = ANONYMOUS } = options
  const context = { engine, clock, applied: new Map<string, unknown>() }
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const user = tokenUser(request) ?? withoutToken
    const who = callerOf(request, user, engine.authorization)
    await answer(context, exchangeOf(request, response, who))
  }
  const server = createServer((request, response) => {
    // A reader that leaves in the middle is no news.
    response.on('error', () => {})
    serve(request, response).catch((error: unknown) => sendError(response, error))
  })
  // Longer than clients keep idle connections, so that none is closed under a request.
  server.keepAliveTimeout = 120_000
  const listening = await listenOnLoopback(server, port)
  return { url: `http://127.0.0.1:${listening.port}`, stop: listening.close }
}
