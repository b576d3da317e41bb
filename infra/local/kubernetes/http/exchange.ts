// One HTTP request and its answer: reading a JSON body of bounded size, writing JSON, and refusals as `Status` objects.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { CallError, type CallErrorKind } from '../../../../shared/call-error.ts'
import type { Identity } from '../authorization/identity.ts'
import { badRequest, StatusError } from '../status-error.ts'
import { fromProtobuf, protobufType } from './protobuf.ts'

/** As etcd's limit for one object. */
const maxBodyBytes = 3 * 1024 * 1024

export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly method: string
  /** The path's parts, decoded. */
  readonly path: readonly string[]
  readonly query: URLSearchParams
  readonly who: Identity
}

export function sendJson(response: ServerResponse, code: number, value: unknown): void {
  const body = JSON.stringify(value)
  response.writeHead(code, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  })
  response.end(body)
}

export function sendText(response: ServerResponse, text: string): void {
  response.writeHead(200, { 'content-type': 'text/plain' })
  response.end(text)
}

export function successStatus(details: object): object {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details }
}

export function failureStatus(error: StatusError): object {
  const { message, reason, code, details } = error
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    details,
    code,
  }
}

/** How an injected fault looks on the wire. */
const faults: Readonly<Partial<Record<CallErrorKind, readonly [code: number, reason: string]>>> = {
  'not-found': [404, 'NotFound'],
  exists: [409, 'AlreadyExists'],
  conflict: [409, 'Conflict'],
  rate: [429, 'TooManyRequests'],
  denied: [403, 'Forbidden'],
  invalid: [422, 'Invalid'],
  expired: [410, 'Expired'],
  unavailable: [503, 'ServiceUnavailable'],
}

function asStatusError(error: unknown): StatusError | undefined {
  if (error instanceof StatusError) return error
  if (!(error instanceof CallError)) return new StatusError(500, 'InternalError', String(error))
  const [code, reason] = faults[error.kind] ?? []
  if (code === undefined || reason === undefined) return undefined
  const { retryAfterMs } = error
  const retryAfterSeconds = retryAfterMs === undefined ? 1 : Math.ceil(retryAfterMs / 1000)
  const waits = code === 429 || retryAfterMs !== undefined
  return new StatusError(code, reason, error.message, waits ? { retryAfterSeconds } : {})
}

/** Refuses with a `Status`; what has no code (an outcome that is to stay unknown) ends the connection. */
export function sendError(response: ServerResponse, error: unknown): void {
  const status = asStatusError(error)
  if (!status || response.headersSent) {
    response.destroy()
    return
  }
  const { retryAfterSeconds } = status.details
  if (retryAfterSeconds !== undefined) response.setHeader('retry-after', String(retryAfterSeconds))
  sendJson(response, status.code, failureStatus(status))
}

export function mediaType(request: IncomingMessage): string {
  return (request.headers['content-type'] ?? 'application/json').split(';')[0]?.trim() ?? ''
}

/** Throws 413, 415 and 400. What is too large is read to its end, so that the caller gets to hear of it. */
export async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= maxBodyBytes) chunks.push(chunk)
  }
  if (size === 0) return undefined
  if (size > maxBodyBytes) {
    const message = `the body has ${size} bytes; at most ${maxBodyBytes} are taken`
    throw new StatusError(413, 'RequestEntityTooLarge', message)
  }
  const body = Buffer.concat(chunks)
  if (mediaType(request) === protobufType) return fromProtobuf(body)
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    throw badRequest('the body is not JSON')
  }
}
