// A small JSON server on the loopback, for the control endpoints of the local stack. It answers programs of this machine
// only: what a web page sends there (another Host, an Origin) is refused, so that no visited site can drive the stack.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { CallError, type CallErrorKind } from '../../../shared/call-error.ts'
import { readBytes } from '../read-bytes.ts'
import { isFromProgram } from './is-from-program.ts'
import { listenOnLoopback } from './listen.ts'

export interface LoopbackRequest {
  readonly query: URLSearchParams
  /** Parsed JSON; undefined where there was none. */
  readonly body: unknown
}

/** By method and path, such as `POST /publish`. Answers JSON; throws CallErrors. */
export type Routes = Readonly<Record<string, (request: LoopbackRequest) => Promise<unknown>>>

export interface LoopbackServer {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string
  readonly port: number
  stop(): Promise<void>
}

/** A message of 10 MB, escaped as JSON. */
const BODY_BYTES_MAX = 32 * 1024 * 1024

const STATUS: Partial<Record<CallErrorKind, number>> = {
  invalid: 400,
  denied: 403,
  'not-found': 404,
  exists: 409,
  unavailable: 503,
}

/** `port`: 0 takes a free one. Rejects when the port is taken. */
export async function loopbackServer(routes: Routes, port = 0): Promise<LoopbackServer> {
  const server = createServer((request, response) => {
    answer(routes, request).then(
      (value) => send(response, 200, value ?? {}),
      (error: unknown) => sendError(response, error),
    )
  })
  const listening = await listenOnLoopback(server, port)
  return {
    url: `http://127.0.0.1:${listening.port}`,
    port: listening.port,
    stop: listening.close,
  }
}

async function answer(routes: Routes, request: IncomingMessage): Promise<unknown> {
  if (!isFromProgram(request.headers))
    throw new CallError('denied', 'this endpoint answers programs of this machine only')
  const url = new URL(request.url ?? '/', 'http://127.0.0.1')
  const route = routes[`${request.method ?? 'GET'} ${url.pathname}`]
  if (!route) {
    const known = Object.keys(routes).join(', ')
    throw new CallError('not-found', `no ${request.method} ${url.pathname} here, but ${known}`)
  }
  return await route({ query: url.searchParams, body: await bodyOf(request) })
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const tooLarge = (): Error =>
    new CallError('invalid', `the body is larger than ${BODY_BYTES_MAX} bytes`)
  const body = await readBytes(request, BODY_BYTES_MAX, tooLarge)
  if (body.length === 0) return undefined
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    throw new CallError('invalid', 'the body is not JSON')
  }
}

function send(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(value))
}

function sendError(response: ServerResponse, error: unknown): void {
  const kind = error instanceof CallError ? error.kind : 'unavailable'
  const message = error instanceof Error ? error.message : String(error)
  send(response, STATUS[kind] ?? 500, { error: { kind, message } })
}
