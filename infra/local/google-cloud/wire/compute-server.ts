// The Compute REST API on the wire: JSON over HTTP on the loopback, for the production client.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { CallErrorKind } from '../../../../shared/call-error.ts'
import type {
  ComputeOperation,
  NetworkCollection,
  NetworkResources,
} from '../../../../shared/google-cloud.ts'
import type { Network } from '../../../../shared/ports.ts'
import { COMPUTE_URL, isGlobal, resourcePath } from '../compute/resource-paths.ts'
import type { GoogleCloudEngine } from '../google-cloud-engine.ts'
import { randomUuid } from '../identifiers.ts'
import { Refusal } from '../refusal.ts'
import { callerOf } from './caller-of.ts'

export interface ComputeServer {
  /** `http://127.0.0.1:port/`. */
  readonly url: string
  stop(): Promise<void>
}

const COLLECTIONS: readonly NetworkCollection[] = [
  'networks',
  'subnetworks',
  'routers',
  'firewalls',
]

const HTTP_STATUS: Partial<Record<CallErrorKind, number>> = {
  invalid: 400,
  busy: 400,
  denied: 403,
  quota: 403,
  rate: 403,
  'not-found': 404,
  exists: 409,
  unavailable: 503,
}

interface Call {
  readonly method: string
  readonly project: string
  /** Empty for global resources. */
  readonly region: string
  readonly collection: string
  readonly name: string | undefined
  readonly requestId: string
  readonly body: string
}

export async function computeServer(
  engine: GoogleCloudEngine,
  random: () => number,
  port = 0,
): Promise<ComputeServer> {
  const server = createServer((request, response) => {
    respond(engine, random, request).then(
      (value) => send(response, 200, value),
      (error: unknown) => sendError(response, error),
    )
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  // A TCP server's address is never a path.
  const { port: bound } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${bound}/`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function respond(
  engine: GoogleCloudEngine,
  random: () => number,
  request: IncomingMessage,
): Promise<object> {
  const call = await callOf(request, random)
  const caller = callerOf(call.project, call.region, request.headers.authorization)
  return answer(engine.face(caller).network, call)
}

async function callOf(request: IncomingMessage, random: () => number): Promise<Call> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1')
  const match =
    /^\/compute\/v1\/projects\/([^/]+)\/(?:global|regions\/([^/]+))(?:\/([^/]+)(?:\/([^/]+))?)?$/.exec(
      url.pathname,
    )
  if (!match) throw unknownPath(url.pathname)
  const [, project = '', region = '', collection = '', name] = match
  const requestId = url.searchParams.get('requestId') ?? randomUuid(random)
  const method = request.method ?? 'GET'
  return { method, project, region, collection, name, requestId, body: await bodyOf(request) }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  // Without an encoding set, a request's chunks are Buffers.
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

async function answer(network: Network, call: Call): Promise<object> {
  const { method, project, region, collection, name, requestId, body } = call
  if (collection === '' && region !== '' && method === 'GET') {
    const zones = await network.listZones()
    const links = zones.map((zone) => `${COMPUTE_URL}projects/${project}/zones/${zone}`)
    return { kind: 'compute#region', name: region, status: 'UP', zones: links }
  }
  if (collection === 'operations' && name !== undefined && method === 'GET') {
    const known = { name, status: 'PENDING', operationType: '', targetLink: '' } as const
    const operation = await network.getOperation(region === '' ? known : { ...known, region })
    return operationBody(operation)
  }
  const known = COLLECTIONS.find((each) => each === collection)
  if (!known || isGlobal(known) !== (region === '')) throw unknownPath(collection)
  if (method === 'POST' && name === undefined)
    return operationBody(await network.insert(known, parsed(body), requestId))
  if (name === undefined) throw unknownPath(collection)
  if (method === 'DELETE') return operationBody(await network.delete(known, name, requestId))
  const resource = method === 'GET' ? await network.get(known, name) : undefined
  if (resource) return { kind: `compute#${known.slice(0, -1)}`, ...resource }
  const path = resourcePath(project, region, known, name)
  throw new Refusal('not-found', 'notFound', `The resource '${path}' was not found`)
}

function parsed(body: string): NetworkResources[NetworkCollection] {
  try {
    // The engine validates what it reads of it.
    return JSON.parse(body) as NetworkResources[NetworkCollection]
  } catch {
    throw new Refusal('invalid', 'parseError', 'Parse Error')
  }
}

function operationBody(operation: ComputeOperation): object {
  const progress = operation.status === 'DONE' ? 100 : 0
  return { kind: 'compute#operation', progress, ...operation }
}

function unknownPath(path: string): Refusal {
  return new Refusal('not-found', 'notFound', `The requested URL ${path} was not found.`)
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8' })
  response.end(JSON.stringify(body))
}

function sendError(response: ServerResponse, error: unknown): void {
  const refusal = error instanceof Refusal ? error : undefined
  const code = (refusal && HTTP_STATUS[refusal.kind]) ?? 500
  const message = error instanceof Error ? error.message : String(error)
  const reason = refusal?.reason ?? 'backendError'
  send(response, code, {
    error: { code, message, errors: [{ message, domain: 'global', reason }] },
  })
}
