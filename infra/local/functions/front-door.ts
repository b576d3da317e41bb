// The one door of the functions host, on the loopback: takes what the Firestore emulator, Pub/Sub and operators send, and
// hands it to the function that it is for.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { FunctionRow } from '../../../functions/manifest.ts'
import { textOf } from '../../../shared/runtime/failures.ts'
import { isFromProgram } from '../loopback/is-from-program.ts'
import { listenOnLoopback } from '../loopback/listen.ts'
import { readBytes } from '../read-bytes.ts'
import type { CallFunction, FunctionRequest } from './function-call.ts'

export interface FrontDoorOptions {
  readonly project: string
  /** 0 takes a free one. */
  readonly port: number
  readonly rows: Readonly<Record<string, FunctionRow>>
  readonly call: CallFunction
  /** A document event came for this trigger: false when there is no such trigger. Must not wait for the function. */
  readonly trigger: (key: string, event: FunctionRequest) => boolean
  /** What `GET /counts` answers. */
  readonly counts: () => Promise<object>
}

export interface FrontDoor {
  readonly port: number
  /** Refuses what comes from now on: 503, so that it is sent again. */
  shut(): void
  close(): void
}

/** As Cloud Run takes them (GCP facts 4.1). */
const BODY_BYTES_MAX = 32 * 1024 * 1024
const PASSED_ON = /^(ce-.*|content-type|traceparent|tracestate|authorization)$/

class Refused extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** Rejects when the port is taken. */
export async function openFrontDoor(options: FrontDoorOptions): Promise<FrontDoor> {
  let isShut = false
  const server = createServer((request, response) => {
    const answered = isShut
      ? Promise.reject(new Refused(503, 'the functions are stopping'))
      : route(options, request, response)
    answered.catch((error: unknown) => {
      const status = error instanceof Refused ? error.status : 502
      sendJson(response, status, { error: textOf(error) })
    })
  })
  // The emulators keep connections, and take one that was closed under them for a failed delivery.
  server.keepAliveTimeout = 0
  const { port, close } = await listenOnLoopback(server, options.port)
  return {
    port,
    shut() {
      isShut = true
    },
    close: () => void close(),
  }
}

async function route(
  options: FrontDoorOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!isFromProgram(request.headers))
    throw new Refused(403, 'this address answers programs of this machine only')
  const { method = '', url = '/' } = request
  const [path = '/'] = url.split('?')
  if (method === 'GET' && path === '/healthz') return sendJson(response, 200, { ok: true })
  if (method === 'GET' && path === '/counts') return sendJson(response, 200, await options.counts())
  const [, door, rest] = /^\/(functions|push|call)\/(.+)$/.exec(url) ?? []
  if (door === undefined || rest === undefined) throw new Refused(404, `nothing at ${path}`)
  if (method !== 'POST') throw new Refused(405, `${path} takes POST`)
  if (door === 'functions') return takeTrigger(options, rest, request, response)
  if (door === 'push') return passOn(options, 'topic', rest, request, response)
  return passOn(options, 'http', rest, request, response)
}

/** `projects/P/triggers/KEY`. Answered before the function is called: the emulator sends one event at a time. */
async function takeTrigger(
  { project, trigger }: FrontDoorOptions,
  rest: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [, of, key = ''] = /^projects\/([^/]+)\/triggers\/([^/?]+)$/.exec(rest) ?? []
  if (of !== project) throw new Refused(404, `not of project ${project}`)
  const event = { path: '/', headers: passedOn(request), body: await bodyOf(request) }
  if (!trigger(key, event)) throw new Refused(404, `there is no trigger "${key.slice(0, 80)}"`)
  response.writeHead(204).end()
}

/** `FUNCTION/...`: the function's answer is passed back, so that Pub/Sub repeats what was not acknowledged. */
async function passOn(
  { rows, call }: FrontDoorOptions,
  kind: 'topic' | 'http',
  rest: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [, name = '', path = ''] = /^([^/?]+)(.*)$/.exec(rest) ?? []
  const row = Object.entries(rows).find(([each]) => each === name)?.[1]
  const takes = row?.on.is === 'topics' ? 'topic' : row?.on.is
  if (takes !== kind) throw new Refused(404, `no function "${name.slice(0, 80)}" takes this`)
  const body = await bodyOf(request)
  const answer = await call(name, { path: path || '/', headers: passedOn(request), body })
  const type = answer.headers['content-type']
  response.writeHead(answer.status, type === undefined ? {} : { 'content-type': type })
  response.end(answer.body)
}

function passedOn({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' && PASSED_ON.test(name) ? [[name, value]] : [],
    ),
  )
}

function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const tooLarge = (): Error => new Refused(413, `more than ${BODY_BYTES_MAX} bytes`)
  return readBytes(request, BODY_BYTES_MAX, tooLarge)
}

function sendJson(response: ServerResponse, status: number, value: object): void {
  if (response.headersSent) return void response.end()
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}
