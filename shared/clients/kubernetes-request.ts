// One HTTP request to a Kubernetes API, over connections that are kept: the part that touches Node's own clients.
// Tells of a failure whether the request can have arrived.
import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { CallError } from '../call-error.ts'

export interface KubernetesTls {
  /** PEM. Without one the system's authorities are trusted, as GKE's DNS endpoint needs. */
  readonly ca?: string | undefined
  readonly cert?: string | undefined
  readonly key?: string | undefined
  /** The name that the server's certificate is for, when it is not the host's. */
  readonly serverName?: string | undefined
}

export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** From the base, with its query. */
  readonly path: string
  readonly body?: unknown
  readonly contentType?: string
  /** What is called, for messages: `create Pod a/b`. */
  readonly what: string
}

const loopback = /^(127(\.\d+){3}|localhost|\[::1\])$/

/** Throws `invalid` for what is no URL, and for plain http to elsewhere. */
export function serverUrl(server: string): URL {
  const text = server.includes('://') ? server : `https://${server}`
  const url = URL.canParse(text) ? new URL(text) : undefined
  const secure = url?.protocol === 'https:'
  if (!url || !(secure || (url.protocol === 'http:' && loopback.test(url.hostname)))) {
    throw new CallError(
      'invalid',
      `Kubernetes API at ${server}: https, or http on a loopback address`,
    )
  }
  return url
}

/** Reads a whole answer as text. */
export async function readText(answer: IncomingMessage): Promise<string> {
  answer.setEncoding('utf8')
  let text = ''
  for await (const chunk of answer) text += String(chunk)
  return text
}

/** Idle connections are kept this long; servers and load balancers in between keep them longer. */
const keepAliveMs = 50_000

export interface Agents {
  readonly calls: HttpAgent
  readonly watches: HttpAgent
}

/** The connections to one server. Watches get their own, so that they never take the places of calls. */
export function newAgents(url: URL, tls: KubernetesTls, parallel: number): Agents {
  const { ca, cert, key, serverName } = tls
  const secure = {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(serverName === undefined ? {} : { servername: serverName }),
  }
  const kept = { keepAlive: true, timeout: keepAliveMs, scheduling: 'lifo' as const }
  if (url.protocol === 'http:') {
    return { calls: new HttpAgent({ ...kept, maxSockets: parallel }), watches: new HttpAgent(kept) }
  }
  return {
    calls: new HttpsAgent({ ...kept, ...secure, maxSockets: parallel }),
    watches: new HttpsAgent({ ...kept, ...secure }),
  }
}

export interface Sending {
  readonly agent: HttpAgent
  readonly signal: AbortSignal
  readonly headers: Record<string, string>
  readonly body: string | undefined
}

/** Whether a failed request can have reached the server, and whether its connection was one used before. */
export interface Trouble {
  readonly error: Error
  readonly sent: boolean
  readonly reused: boolean
}

/** Sends a request; answers with the head of the response, or with what went wrong. */
export function sendRequest(
  url: URL,
  call: HttpCall,
  sending: Sending,
): Promise<IncomingMessage | Trouble> {
  const { agent, signal, headers, body } = sending
  const base = url.pathname.replace(/\/$/, '')
  const isSecure = url.protocol === 'https:'
  const options = {
    method: call.method,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port || (isSecure ? 443 : 80),
    path: base + call.path,
    agent,
    signal,
    headers,
  }
  return new Promise((resolve) => {
    let sent = false
    const request = isSecure ? httpsRequest(options, resolve) : httpRequest(options, resolve)
    request.once('socket', (socket) => {
      if (!socket.connecting) sent = true
      else socket.once(isSecure ? 'secureConnect' : 'connect', () => (sent = true))
    })
    request.once('error', (error) => resolve({ error, sent, reused: request.reusedSocket }))
    request.end(body)
  })
}
