// The Compute REST API on the wire: JSON over HTTP on the loopback, for the production client.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { CallErrorKind } from '../../../../shared/call-error.ts'
import type {
  ComputeOperation,
  NetworkCollection,
  NetworkResources,
} from '../../../../shared/google-cloud.ts'
import type { Network } from '../../../../shared/google-ports.ts'
import { listenOnLoopback } from '../../loopback/listen.ts'
import { COMPUTE_URL, isGlobal, resourcePath } from '../compute/resource-paths.ts'
import { regionOfZone } from '../../../../shared/catalog/regions.ts'
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
  /** Of machine types only. */
  readonly zone: string | undefined
  readonly collection: string
  readonly name: string | undefined
  readonly requestId: string
  /** How many of a list were on the pages before. */
  readonly skip: number
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
  const listening = await listenOnLoopback(server, port)
  return { url: `http://127.0.0.1:${listening.port}/`, stop: listening.close }
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
    /^\/compute\/v1\/projects\/([^/]+)\/(?:global|regions\/([^/]+)|zones\/([^/]+))(?:\/([^/]+)(?:\/([^/]+))?)?$/.exec(
      url.pathname,
    )
  if (!match) throw unknownPath(url.pathname)
  const [, project = '', inRegion, zone, collection = '', name] = match
  const region = inRegion ?? (zone === undefined ? '' : regionOfZone(zone))
  const requestId = url.searchParams.get('requestId') ?? randomUuid(random)
  const method = request.method ?? 'GET'
  const skip = Number(url.searchParams.get('pageToken') ?? 0)
  const body = await bodyOf(request)
  return { method, project, region, zone, collection, name, requestId, skip, body }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  // Without an encoding set, a request's chunks are Buffers.
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

async function answer(network: Network, call: Call): Promise<object> {
  const { method, project, region, zone, collection, name, requestId, skip, body } = call
  if (zone !== undefined) return machineTypeBody(network, call, zone)
  if (collection === '' && region !== '' && method === 'GET') {
    const [zones, quotas] = await Promise.all([network.listZones(), network.listQuotas()])
    const links = zones.map((zone) => `${COMPUTE_URL}projects/${project}/zones/${zone}`)
    return { kind: 'compute#region', name: region, status: 'UP', zones: links, quotas }
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
  const kind = `compute#${known.slice(0, -1)}`
  if (method === 'GET' && name === undefined) return pageOf(kind, await network.list(known), skip)
  if (name === undefined) throw unknownPath(collection)
  if (method === 'PATCH' && (known === 'routers' || known === 'firewalls')) {
    // Of one of the two types: the path says which, and the engine validates what it reads.
    const given = parsed(body) as NetworkResources['routers'] | NetworkResources['firewalls']
    return operationBody(await network.patch(known, { ...given, name }, requestId))
  }
  if (method === 'DELETE') return operationBody(await network.delete(known, name, requestId))
  const resource = method === 'GET' ? await network.get(known, name) : undefined
  if (resource) return { kind, ...resource }
  const path = resourcePath(project, region, known, name)
  throw new Refusal('not-found', 'notFound', `The resource '${path}' was not found`)
}

async function machineTypeBody(network: Network, call: Call, zone: string): Promise<object> {
  const { method, project, collection, name = '' } = call
  const path = `projects/${project}/zones/${zone}/machineTypes/${name}`
  if (method !== 'GET' || collection !== 'machineTypes') throw unknownPath(path)
  if (await network.hasMachineType(zone, name)) {
    return { kind: 'compute#machineType', name, zone, selfLink: `${COMPUTE_URL}${path}` }
  }
  throw new Refusal('not-found', 'notFound', `The resource '${path}' was not found`)
}

/** Small on purpose, so that whoever forgets to turn the page is found out; Compute gives no promise either. */
const PAGE = 2

function pageOf(kind: string, all: readonly object[], skip: number): object {
  const items = all.slice(skip, skip + PAGE).map((item) => ({ kind, ...item }))
  const next = skip + items.length
  return {
    kind: `${kind}List`,
    items,
    ...(next < all.length ? { nextPageToken: String(next) } : {}),
  }
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
