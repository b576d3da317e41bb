// The way into a real API server from outside, as GKE's DNS endpoint is one: a front end of Google's that knows who calls,
// holds IAM, and passes the call on under that name. It is also where the simulated cloud's faults meet calls from outside.
import {
  type Agent,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as httpRequest,
  type ServerResponse,
} from 'node:http'
import { request as httpsRequest } from 'node:https'
import { pipeline } from 'node:stream'
import { CallError } from '../../shared/call-error.ts'
import type { KubernetesEndpoint } from '../../shared/clients/kubernetes-connection.ts'
import { newAgents, serverUrl } from '../../shared/clients/kubernetes-request.ts'
import { sendError } from '../local/kubernetes/http/exchange.ts'
import { listenOnLoopback } from '../local/loopback/listen.ts'

export interface FrontDoorOptions {
  /** The API server, as an identity that may call as others. */
  readonly upstream: KubernetesEndpoint
  /** Groups of whoever is let in. */
  readonly groups: readonly string[]
  /** Asked before a call is passed on; throws a CallError to refuse it. */
  readonly before: (call: FrontDoorCall) => Promise<void> | void
}

export interface FrontDoorCall {
  readonly user: string
  readonly method: string
  /** With its query. */
  readonly path: string
}

export interface FrontDoor {
  /** `127.0.0.1:PORT`, plain http. */
  readonly endpoint: string
  stop(): Promise<void>
}

/** Headers that are between two neighbours only, and those that say who calls. */
const OWN_HEADERS = /^(connection|host|authorization|keep-alive|transfer-encoding|impersonate-.*)$/i
/** Longer than clients keep idle connections. */
const IDLE_MS = 120_000
/** Connections for calls to the API server; watches have their own. */
const PARALLEL_CALLS = 64

export async function openFrontDoor(options: FrontDoorOptions): Promise<FrontDoor> {
  const { server: upstream, tls = {} } = options.upstream
  const url = serverUrl(upstream)
  const { calls, watches } = newAgents(url, tls, PARALLEL_CALLS)
  const server = createServer((request, response) => {
    response.on('error', () => {})
    const agent = isWatch(request) ? watches : calls
    pass(options, url, agent, request, response).catch((error: unknown) =>
      sendError(response, error),
    )
  })
  server.keepAliveTimeout = IDLE_MS
  const listening = await listenOnLoopback(server)
  return {
    endpoint: `127.0.0.1:${listening.port}`,
    async stop() {
      await listening.close()
      calls.destroy()
      watches.destroy()
    },
  }
}

async function pass(
  { upstream, groups, before }: FrontDoorOptions,
  url: URL,
  agent: Agent,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = 'GET', url: path = '/', headers } = request
  const [, user] = /^Bearer (.+)$/i.exec(headers.authorization ?? '') ?? []
  // Names of the system's own are nobody's outside.
  if (user === undefined || user.startsWith('system:'))
    throw new CallError('denied', 'Unauthorized: the front door knows service accounts only')
  await before({ user, method, path })
  const token = await upstream.token?.()
  const onward = (url.protocol === 'https:' ? httpsRequest : httpRequest)({
    host: url.hostname,
    port: url.port,
    path: `${url.pathname.replace(/\/$/, '')}${path}`,
    agent,
    method,
    headers: {
      ...passedOn(headers),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      'impersonate-user': user,
      'impersonate-group': [...groups, 'system:authenticated'],
    },
  })
  onward.once('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, passedOn(answer.headers))
    response.flushHeaders()
    // A stream that is torn on one side is torn on the other: a watch must not look as if it had ended.
    pipeline(answer, response, () => {})
  })
  onward.once('error', (error) => {
    // What may have been done is not called refused.
    if (response.headersSent || method !== 'GET') response.destroy()
    else sendError(response, new CallError('unavailable', error.message))
  })
  response.once('close', () => onward.destroy())
  pipeline(request, onward, () => {})
}

function passedOn(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !OWN_HEADERS.test(name)))
}

const isWatch = ({ url = '' }: IncomingMessage): boolean => /[?&]watch=(true|1)\b/.test(url)
