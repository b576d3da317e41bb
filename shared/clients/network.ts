// The Network port on the Compute API. The only importer of its client library, which is loaded with the first call. Each
// call carries its own workspace's token.
import type { compute_v1 } from '@googleapis/compute'
import type {
  ComputeOperation,
  ComputeQuota,
  NetworkCollection,
  NetworkResources,
} from '../google-cloud.ts'
import { CallError } from '../call-error.ts'
import type { Network } from '../google-ports.ts'
import type { Clock, WorkspaceIdentity } from '../ports.ts'
import { computeCallError } from './compute-errors.ts'
import { allPages, type Page, PAGE_MAX } from './compute-pages.ts'
import { withDeadline } from './grpc-call.ts'
import { systemClock } from './system-clock.ts'
import { type TokenSource, tokenWithin } from './token-source.ts'

export interface NetworkClientOptions {
  readonly tokenOf: TokenSource
  /** In place of Google's, such as `http://127.0.0.1:8100/`. */
  readonly rootUrl?: string
  /** For one call with its token (ms). Default 20 s. */
  readonly callTimeoutMs?: number
  /** The machine's unless said. */
  readonly clock?: Clock
}

export interface NetworkClient {
  open(workspace: WorkspaceIdentity): Network
}

/** Every call's own deadline (protocol rule 3). */
const CALL_TIMEOUT_MS = 20_000

export function networkClient(options: NetworkClientOptions): NetworkClient {
  let loaded: Promise<compute_v1.Compute> | undefined
  const client = (): Promise<compute_v1.Compute> => (loaded ??= load(options.rootUrl))
  return { open: (workspace) => openNetwork(client, options, workspace) }
}

async function load(rootUrl: string | undefined): Promise<compute_v1.Compute> {
  const { compute } = (await import('@googleapis/compute')).default
  return compute({ version: 'v1', ...(rootUrl === undefined ? {} : { rootUrl }) })
}

/** The same verbs of each collection, whether it is global or of a region. */
interface Collection {
  list(params: object, options: object): Promise<{ readonly data: Page<object> }>
  get(params: object, options: object): Promise<{ readonly data: object }>
  insert(params: object, options: object): Promise<{ readonly data: compute_v1.Schema$Operation }>
  patch(params: object, options: object): Promise<{ readonly data: compute_v1.Schema$Operation }>
  delete(params: object, options: object): Promise<{ readonly data: compute_v1.Schema$Operation }>
}

/** The parameter that names one resource of a collection. */
const NAMED = {
  networks: 'network',
  subnetworks: 'subnetwork',
  routers: 'router',
  firewalls: 'firewall',
} as const

function openNetwork(
  client: () => Promise<compute_v1.Compute>,
  { tokenOf, callTimeoutMs = CALL_TIMEOUT_MS, clock = systemClock }: NetworkClientOptions,
  { project, region, serviceAccount }: WorkspaceIdentity,
): Network {
  /** Client retries are off: whoever calls decides. */
  async function perform<T>(
    what: string,
    mutates: boolean,
    call: (of: compute_v1.Compute, options: object) => Promise<{ readonly data: T }>,
  ): Promise<T> {
    const end = clock.now() + callTimeoutMs
    const token = await tokenWithin(clock, callTimeoutMs, tokenOf, serviceAccount)
    const left = Math.max(1, end - clock.now())
    const options = { headers: { authorization: `Bearer ${token}` }, retry: false, timeout: left }
    try {
      const of = await client()
      const { data } = await withDeadline(clock, left, call(of, options))
      if (typeof data === 'object' && data !== null) return data
      throw unreadable(what, mutates, 'the answer is no JSON object')
    } catch (error) {
      throw computeCallError(error, what, mutates)
    }
  }

  const scope = (collection: NetworkCollection): { project: string; region?: string } =>
    collection === 'networks' || collection === 'firewalls' ? { project } : { project, region }
  const titled = (collection: NetworkCollection, name: string): string =>
    `${collection} ${name} in ${project}/${region}`

  return {
    async listZones() {
      const what = `zones of ${region} in ${project}`
      const { zones } = await perform(what, false, (of, options) =>
        of.regions.get({ project, region }, options),
      )
      if (!Array.isArray(zones)) throw unreadable(what, false, 'the answer names no zones')
      return zones.map(lastSegment).sort()
    },
    async listQuotas() {
      const what = `quotas of ${region} in ${project}`
      const { quotas } = await perform(what, false, (of, options) =>
        of.regions.get({ project, region }, options),
      )
      if (!Array.isArray(quotas)) throw unreadable(what, false, 'the answer names no quotas')
      return quotas.flatMap(quotaOf)
    },
    async hasMachineType(zone, machineType) {
      try {
        await perform(`machine type ${machineType} in ${project}/${zone}`, false, (of, options) =>
          of.machineTypes.get({ project, zone, machineType }, options),
        )
        return true
      } catch (error) {
        if (error instanceof CallError && error.kind === 'not-found') return false
        throw error
      }
    },
    async get<C extends NetworkCollection>(collection: C, name: string) {
      try {
        const data = await perform(titled(collection, name), false, (of, options) =>
          collectionOf(of, collection).get(
            { ...scope(collection), [NAMED[collection]]: name },
            options,
          ),
        )
        // The port's types are the part of the resources that Kindling reads.
        return data as NetworkResources[C]
      } catch (error) {
        const failure = computeCallError(error, titled(collection, name), false)
        if (failure.kind === 'not-found') return undefined
        throw failure
      }
    },
    async list<C extends NetworkCollection>(collection: C) {
      const what = `list ${collection} in ${project}/${region}`
      const items = await allPages(what, (pageToken) => {
        const page = { maxResults: PAGE_MAX, ...(pageToken === undefined ? {} : { pageToken }) }
        return perform(what, false, (of, options) =>
          collectionOf(of, collection).list({ ...scope(collection), ...page }, options),
        )
      })
      return items as NetworkResources[C][]
    },
    async insert(collection, resource, requestId) {
      const what = `insert ${titled(collection, resource.name)}`
      const data = await perform(what, true, (of, options) =>
        collectionOf(of, collection).insert(
          { ...scope(collection), requestId, requestBody: resource },
          options,
        ),
      )
      return operationOf(data, what, true)
    },
    async patch(collection, resource, requestId) {
      const { name } = resource
      const what = `patch ${titled(collection, name)}`
      const named = { [NAMED[collection]]: name }
      const data = await perform(what, true, (of, options) =>
        collectionOf(of, collection).patch(
          { ...scope(collection), ...named, requestId, requestBody: resource },
          options,
        ),
      )
      return operationOf(data, what, true)
    },
    async delete(collection, name, requestId) {
      const what = `delete ${titled(collection, name)}`
      const data = await perform(what, true, (of, options) =>
        collectionOf(of, collection).delete(
          { ...scope(collection), requestId, [NAMED[collection]]: name },
          options,
        ),
      )
      return operationOf(data, what, true)
    },
    async getOperation({ name, region: place }) {
      const what = `operation ${name} in ${project}`
      const data = await perform(what, false, (of, options) =>
        place === undefined
          ? of.globalOperations.get({ project, operation: name }, options)
          : of.regionOperations.get(
              { project, region: lastSegment(place), operation: name },
              options,
            ),
      )
      return operationOf(data, what, false)
    },
  }
}

function collectionOf(client: compute_v1.Compute, collection: NetworkCollection): Collection {
  return client[collection]
}

function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** One without a number says nothing. */
function quotaOf({ metric, limit, usage }: compute_v1.Schema$Quota): ComputeQuota[] {
  return metric && typeof limit === 'number' ? [{ metric, limit, usage: usage ?? 0 }] : []
}

/** Something in between answered, such as a load balancer. */
function unreadable(what: string, mutates: boolean, why: string): CallError {
  return new CallError(mutates ? 'unknown-outcome' : 'unavailable', `${what}: ${why}`)
}

function operationOf(
  data: compute_v1.Schema$Operation,
  what: string,
  mutates: boolean,
): ComputeOperation {
  if (!data.name) throw unreadable(what, mutates, 'the answer names no operation')
  const { name, status, operationType, targetLink, region, error, httpErrorStatusCode } = data
  return {
    name,
    // Compute has these three and no others.
    status: (status ?? 'PENDING') as ComputeOperation['status'],
    operationType: operationType ?? '',
    targetLink: targetLink ?? '',
    ...(region ? { region } : {}),
    ...(error
      ? {
          error: {
            errors: (error.errors ?? []).map(({ code, message }) => ({
              code: code ?? '',
              message: message ?? '',
            })),
          },
        }
      : {}),
    ...(httpErrorStatusCode ? { httpErrorStatusCode } : {}),
  }
}
