// One Kubernetes API as HTTP: connections that are kept and shared, a deadline for every call, and failures of the
// network told apart by whether the request can have arrived. Knows paths and bytes, not kinds.
// Not through @kubernetes/client-node: it opens a TLS connection for every call, has no deadline a call, ends quiet
// watches after 30 s, and drops fields that its models do not know.
import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { CallError } from '../call-error.ts'
import type { Clock } from '../ports.ts'

export interface KubernetesTls {
  /** PEM. Without one the system's authorities are trusted, as GKE's DNS endpoint needs. */
  readonly ca?: string | undefined
  readonly cert?: string | undefined
  readonly key?: string | undefined
  /** The name that the server's certificate is for, when it is not the host's. */
  readonly serverName?: string | undefined
}

export interface KubernetesEndpoint {
  /** `https://HOST[:PORT][/BASE]`, or a bare host. Plain http is for loopback addresses only. */
  readonly server: string
  readonly tls?: KubernetesTls | undefined
  /** A bearer token, asked for with every call. */
  readonly token?: (() => Promise<string>) | undefined
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

export interface HttpAnswer {
  readonly status: number
  /** Seconds, from `Retry-After`. */
  readonly retryAfterSeconds: number | undefined
  readonly text: string
}

export interface KubernetesConnection {
  /** Throws `unavailable`, `unknown-outcome`, and what the token source throws. */
  call(call: HttpCall): Promise<HttpAnswer>
  /** Begins an answer of unknown length; the signal ends it. Only the beginning has a deadline. */
  stream(call: HttpCall, signal: AbortSignal): Promise<IncomingMessage>
}

export interface ConnectionSettings {
  readonly clock: Clock
  /** Every call's own deadline (protocol rule 3); milliseconds. */
  readonly deadlineMs: number
  /** Calls at a time to one server; watches are not counted. */
  readonly parallel: number
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

function retryAfterSeconds(answer: IncomingMessage): number | undefined {
  const seconds = Number(answer.headers['retry-after'])
  return Number.isFinite(seconds) ? seconds : undefined
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

interface Sending {
  readonly agent: HttpAgent
  readonly signal: AbortSignal
  readonly headers: Record<string, string>
  readonly body: string | undefined
}

/** Whether a failed request can have reached the server, and whether its connection was one used before. */
interface Trouble {
  readonly error: Error
  readonly sent: boolean
  readonly reused: boolean
}

function begin(url: URL, call: HttpCall, sending: Sending): Promise<IncomingMessage | Trouble> {
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

/** What is not the network's to end: a token source that never answers. */
async function unlessAborted<T>(wait: Promise<T>, signal: AbortSignal, what: string): Promise<T> {
  return await new Promise((resolve, reject) => {
    const abort = (): void => {
      const { message } = signal.reason as Error
      reject(new CallError('unavailable', `${what}: ${message}`))
    }
    signal.addEventListener('abort', abort, { once: true })
    if (signal.aborted) abort()
    wait.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

export function kubernetesConnection(
  endpoint: KubernetesEndpoint,
  agents: Agents,
  settings: ConnectionSettings,
): KubernetesConnection {
  const { clock, deadlineMs } = settings
  const url = serverUrl(endpoint.server)

  async function headersFor(
    call: HttpCall,
    body: string | undefined,
    signal: AbortSignal,
  ): Promise<Record<string, string>> {
    const asked = endpoint.token?.()
    const token = asked && (await unlessAborted(asked, signal, `${call.what}: token`))
    return {
      accept: 'application/json',
      'user-agent': 'kindling',
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body === undefined
        ? {}
        : {
            'content-type': call.contentType ?? 'application/json',
            'content-length': String(Buffer.byteLength(body)),
          }),
    }
  }

  function failure(call: HttpCall, { error, sent }: Trouble, signal: AbortSignal): CallError {
    const kind = sent && call.method !== 'GET' ? 'unknown-outcome' : 'unavailable'
    // Of an abort, Node tells only that it happened; why is on the signal.
    const { message } = signal.aborted ? (signal.reason as Error) : error
    return new CallError(kind, `${call.what} at ${url.host}: ${message}`, { cause: error })
  }

  /** Sends the request; a read whose kept connection turns out to be closed is sent once more. */
  async function send(call: HttpCall, sending: Sending): Promise<IncomingMessage> {
    const { signal } = sending
    const first = await begin(url, call, sending)
    if (!('error' in first)) return first
    const again = first.reused && call.method === 'GET' && !signal.aborted
    const second = again ? await begin(url, call, sending) : first
    if (!('error' in second)) return second
    throw failure(call, second, signal)
  }

  /** Does the work, and aborts it when the deadline passes. */
  async function within<T>(controller: AbortController, work: () => Promise<T>): Promise<T> {
    const timer = new AbortController()
    const late = clock.sleep(deadlineMs, timer.signal).then(
      () => controller.abort(new Error(`no answer within ${deadlineMs} ms`)),
      () => {},
    )
    try {
      return await work()
    } finally {
      timer.abort()
      await late
    }
  }

  return {
    async call(call) {
      const body = call.body === undefined ? undefined : JSON.stringify(call.body)
      const controller = new AbortController()
      const { signal } = controller
      return await within(controller, async () => {
        const headers = await headersFor(call, body, signal)
        const answer = await send(call, { agent: agents.calls, signal, headers, body })
        const text = await readText(answer).catch((error: Error) => {
          throw failure(call, { error, sent: true, reused: false }, signal)
        })
        const { statusCode = 0 } = answer
        return { status: statusCode, retryAfterSeconds: retryAfterSeconds(answer), text }
      })
    },
    async stream(call, signal) {
      const controller = new AbortController()
      const abort = (): void => controller.abort(signal.reason)
      const leave = (): void => signal.removeEventListener('abort', abort)
      signal.addEventListener('abort', abort, { once: true })
      if (signal.aborted) abort()
      try {
        const answer = await within(controller, async () => {
          const headers = await headersFor(call, undefined, controller.signal)
          const sending = { agent: agents.watches, signal: controller.signal, headers }
          return await send(call, { ...sending, body: undefined })
        })
        answer.once('close', leave)
        return answer
      } catch (error) {
        leave()
        throw error
      }
    },
  }
}
