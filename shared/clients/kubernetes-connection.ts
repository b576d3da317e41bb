// One Kubernetes API as HTTP: connections that are kept and shared, a deadline for every call, and failures of the
// network told apart by whether the request can have arrived. Knows paths and bytes, not kinds.
// Not through @kubernetes/client-node: it opens a TLS connection for every call, has no deadline a call, ends quiet
// watches after 30 s, and drops fields that its models do not know.
import type { IncomingMessage } from 'node:http'
import { CallError } from '../call-error.ts'
import type { Clock } from '../ports.ts'
import {
  type Agents,
  type HttpCall,
  type KubernetesTls,
  readText,
  type Sending,
  sendRequest,
  serverUrl,
  type Trouble,
} from './kubernetes-request.ts'

export interface KubernetesEndpoint {
  /** `https://HOST[:PORT][/BASE]`, or a bare host. Plain http is for loopback addresses only. */
  readonly server: string
  readonly tls?: KubernetesTls | undefined
  /** A bearer token, asked for with every call. */
  readonly token?: (() => Promise<string>) | undefined
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
  /** Begins an answer of unknown length; the signal ends it. Only its beginning has a deadline, and a refusal as a whole. */
  stream(call: HttpCall, signal: AbortSignal): Promise<IncomingMessage | HttpAnswer>
}

export interface ConnectionSettings {
  readonly clock: Clock
  /** Every call's own deadline (protocol rule 3); milliseconds. */
  readonly deadlineMs: number
}

function retryAfterSeconds(answer: IncomingMessage): number | undefined {
  const seconds = Number(answer.headers['retry-after'])
  return Number.isFinite(seconds) ? seconds : undefined
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

  /** Sends the request; a read whose kept connection turns out to be closed is sent again on the next. */
  async function send(call: HttpCall, sending: Sending): Promise<IncomingMessage> {
    const { signal } = sending
    for (;;) {
      const answer = await sendRequest(url, call, sending)
      if (!('error' in answer)) return answer
      const again = answer.reused && call.method === 'GET' && !signal.aborted
      if (!again) throw failure(call, answer, signal)
    }
  }

  async function whole(
    call: HttpCall,
    answer: IncomingMessage,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    const text = await readText(answer).catch((error: Error) => {
      throw failure(call, { error, sent: true, reused: false }, signal)
    })
    const { statusCode = 0 } = answer
    return { status: statusCode, retryAfterSeconds: retryAfterSeconds(answer), text }
  }

  /** Does the work, and aborts it when the deadline passes. */
  async function within<T>(controller: AbortController, work: () => Promise<T>): Promise<T> {
    const late = (): void => controller.abort(new Error(`no answer within ${deadlineMs} ms`))
    const callOff = clock.after(deadlineMs, late)
    try {
      return await work()
    } finally {
      callOff()
    }
  }

  return {
    async call(call) {
      const body = call.body === undefined ? undefined : JSON.stringify(call.body)
      const controller = new AbortController()
      const { signal } = controller
      return await within(controller, async () => {
        const headers = await headersFor(call, body, signal)
        return await whole(
          call,
          await send(call, { agent: agents.calls, signal, headers, body }),
          signal,
        )
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
          const begun = await send(call, { ...sending, body: undefined })
          return begun.statusCode === 200 ? begun : await whole(call, begun, controller.signal)
        })
        if ('status' in answer) leave()
        else answer.once('close', leave)
        return answer
      } catch (error) {
        leave()
        throw error
      }
    },
  }
}
