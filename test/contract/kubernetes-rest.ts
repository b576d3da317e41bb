// The REST API as bytes, for the parts of the contract that a client library hides: paths, media types, refusals as they
// are written. Any caller's, by impersonation.
import { Agent as HttpAgent, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'

export interface RestServer {
  /** `http://127.0.0.1:PORT` or `https://...`. */
  readonly url: string
  readonly ca?: string
  /** Of somebody who may do everything, and call as anybody. */
  readonly token: string
}

export interface RestCall {
  /** JSON, unless it is text already. */
  readonly body?: unknown
  /** Of the body. Default: JSON, of a PATCH merge patch. */
  readonly type?: string
  /** Whom the call is made as. Default: an administrator. */
  readonly as?: string
  readonly accept?: string
  /** Stops reading after so many lines. */
  readonly lines?: number
}

/** As loose as JSON is: tests look at what they expect. */
export interface RestBody {
  readonly kind?: string
  readonly apiVersion?: string
  readonly metadata?: { readonly [key: string]: unknown }
  readonly spec?: { readonly [key: string]: unknown }
  readonly status?: unknown
  readonly items?: readonly RestBody[]
  readonly [key: string]: unknown
}

export interface RestAnswer {
  readonly code: number
  /** The body, or an empty object when it is no JSON. */
  readonly body: RestBody
  readonly text: string
}

/** A handshake of TLS costs more than most calls. */
const kept = { keepAlive: true, maxSockets: 32 }
const agents = [new HttpAgent(kept), new HttpsAgent(kept)] as const

const patchType = 'application/merge-patch+json'

function parsed(text: string): RestBody {
  try {
    return (JSON.parse(text) ?? {}) as RestBody
  } catch {
    return {}
  }
}

export function restCall(
  server: RestServer,
  method: string,
  path: string,
  call: RestCall = {},
): Promise<RestAnswer> {
  const { body, type = method === 'PATCH' ? patchType : 'application/json' } = call
  const { as, accept = 'application/json', lines = Infinity } = call
  const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body)
  const headers = {
    accept,
    authorization: `Bearer ${server.token}`,
    // Node says nothing of the length of a DELETE's body by itself, and servers then take it for empty.
    ...(text === undefined
      ? {}
      : { 'content-type': type, 'content-length': Buffer.byteLength(text) }),
    ...(as === undefined ? {} : { 'impersonate-user': as }),
  }
  const url = new URL(server.url + path)
  const isSecure = url.protocol === 'https:'
  const [send, agent] = isSecure ? [httpsRequest, agents[1]] : [httpRequest, agents[0]]
  return new Promise((resolve, reject) => {
    const request = send(url, { method, headers, ca: server.ca, agent }, (answer) => {
      let told = ''
      const done = (): void => {
        resolve({ code: answer.statusCode ?? 0, body: parsed(told), text: told })
        // What was not read to its end is not the next call's to read.
        if (!answer.readableEnded) answer.destroy()
      }
      answer.setEncoding('utf8')
      answer.on('data', (chunk: string) => {
        told += chunk
        if (told.split('\n').length > lines) done()
      })
      answer.once('end', done)
      answer.once('error', reject)
    })
    request.once('error', reject)
    request.end(text)
  })
}
