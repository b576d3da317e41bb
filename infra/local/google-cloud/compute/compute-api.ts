// The simulated Compute Engine, as far as a workspace's network goes: networks, subnetworks, routers, firewalls, zones.
import { frozenCopy } from '../../kubernetes/frozen-json.ts'
import type { Clock } from '../../../../shared/ports.ts'
import type {
  ComputeNetwork,
  ComputeQuota,
  ComputeSubnetwork,
  NetworkCollection,
  NetworkResources,
} from '../../../../shared/google-cloud.ts'
import { regionOfZone, zonesOf } from '../../../../shared/catalog/regions.ts'
import type { Network } from '../../../../shared/google-ports.ts'
import type { Profile } from '../../profile.ts'
import type { Access, Caller } from '../access.ts'
import type { FaultBoard } from '../faults/fault-board.ts'
import { numericId } from '../identifiers.ts'
import { Refusal } from '../refusal.ts'
import { computeOperations } from './compute-operations.ts'
import { patchedResource } from './patch-resource.ts'
import {
  COMPUTE_URL,
  networkPath,
  resourcePath,
  scopeOf,
  subnetworkPath,
} from './resource-paths.ts'
import type { AnyResource, ResourceRow, ResourceTable } from './resource-table.ts'
import { networkOfRow, validateResource } from './validate-resource.ts'

export interface ComputeApi {
  face(caller: Caller): Network
  /** For the container API: a network that can be built on, or undefined. */
  readyNetwork(project: string, reference: string): ComputeNetwork | undefined
  readySubnetwork(project: string, region: string, reference: string): ComputeSubnetwork | undefined
  /** The paths of everything that exists, even in part. */
  list(): string[]
}

interface ComputeOptions {
  readonly clock: Clock
  readonly profile: Profile
  readonly access: Access
  readonly faults: Pick<FaultBoard, 'strike'>
  /** The path of a GKE cluster that stands in this network or subnetwork, if any. */
  readonly clusterIn: (path: string) => string | undefined
  readonly quotas: { read(project: string, region: string): ComputeQuota[] }
  readonly isOffered: (zone: string, machineType: string) => boolean
}

const notReady = (path: string): Refusal =>
  new Refusal('busy', 'resourceNotReady', `The resource '${path}' is not ready`)

const notFound = (path: string): Refusal =>
  new Refusal('not-found', 'notFound', `The resource '${path}' was not found`)

export function computeApi(options: ComputeOptions): ComputeApi {
  const { clock, profile, access, faults, clusterIn, quotas, isOffered } = options
  const table: ResourceTable = new Map()
  const operations = computeOperations(clock, profile, faults)

  function userOf(row: ResourceRow): string | undefined {
    const inside = [...table.values()].find((other) => networkOfRow(other) === row.path)
    return inside?.path ?? clusterIn(row.path)
  }

  function insert<C extends NetworkCollection>(
    caller: Caller,
    collection: C,
    resource: NetworkResources[C],
    requestId: string,
  ): ReturnType<Network['insert']> {
    const { project, region } = caller
    const path = resourcePath(project, region, collection, resource.name)
    access.require(caller, `compute.${collection}.create`, path)
    const replayed = operations.replay(project, requestId)
    if (replayed) return Promise.resolve(replayed)
    const found = table.get(path)
    if (found?.phase === 'deleting') throw notReady(path)
    if (found) throw new Refusal('exists', 'alreadyExists', `The resource '${path}' already exists`)
    validateResource(collection, resource, { table, project, region })
    const row = newRow(path, caller, collection, resource)
    table.set(path, row)
    const operation = operations.start({
      project,
      scope: scopeOf(collection, region),
      type: 'insert',
      targetLink: `${COMPUTE_URL}${path}`,
      requestId,
      running: () => (row.phase = 'creating'),
      done: () => (row.phase = 'ready'),
      failed: () => table.delete(path),
    })
    return Promise.resolve(operation)
  }

  function newRow(
    path: string,
    { project, region }: Caller,
    collection: NetworkCollection,
    resource: AnyResource,
  ): ResourceRow {
    const regional =
      scopeOf(collection, region) === 'global' ? {} : { region: regionUrl(project, region) }
    const network =
      'network' in resource
        ? { network: `${COMPUTE_URL}${networkPath(project, resource.network)}` }
        : {}
    const stored = frozenCopy({
      ...resource,
      ...network,
      ...regional,
      id: numericId(() => clock.random()),
      selfLink: `${COMPUTE_URL}${path}`,
    })
    return { path, project, region, collection, resource: stored, phase: 'starting' }
  }

  function patch<C extends NetworkCollection>(
    caller: Caller,
    collection: C,
    resource: NetworkResources[C],
    requestId: string,
  ): ReturnType<Network['insert']> {
    const { project, region } = caller
    const path = resourcePath(project, region, collection, resource.name)
    access.require(caller, `compute.${collection}.update`, path)
    const replayed = operations.replay(project, requestId)
    if (replayed) return Promise.resolve(replayed)
    const row = table.get(path)
    if (!row) throw notFound(path)
    const next = patchedResource(row, resource, { table, project, region })
    const operation = operations.start({
      project,
      scope: scopeOf(collection, region),
      type: 'patch',
      targetLink: `${COMPUTE_URL}${path}`,
      requestId,
      running: () => undefined,
      done: () => (row.resource = frozenCopy(next)),
      failed: () => undefined,
    })
    return Promise.resolve(operation)
  }

  function remove(
    caller: Caller,
    collection: NetworkCollection,
    name: string,
    requestId: string,
  ): ReturnType<Network['delete']> {
    const { project, region } = caller
    const path = resourcePath(project, region, collection, name)
    access.require(caller, `compute.${collection}.delete`, path)
    const replayed = operations.replay(project, requestId)
    if (replayed) return Promise.resolve(replayed)
    const row = table.get(path)
    if (!row) throw notFound(path)
    if (row.phase !== 'ready') throw notReady(path)
    const user = userOf(row)
    if (user !== undefined)
      throw new Refusal(
        'busy',
        'resourceInUseByAnotherResource',
        `The ${collection.slice(0, -1)} resource '${path}' is already being used by '${user}'`,
      )
    row.phase = 'deleting'
    const operation = operations.start({
      project,
      scope: scopeOf(collection, region),
      type: 'delete',
      targetLink: `${COMPUTE_URL}${path}`,
      requestId,
      running: () => undefined,
      done: () => table.delete(path),
      failed: () => (row.phase = 'ready'),
    })
    return Promise.resolve(operation)
  }

  function face(caller: Caller): Network {
    const { project, region } = caller
    return {
      async listZones() {
        access.require(caller, 'compute.zones.list', `projects/${project}`)
        const zones = zonesOf(region)
        if (!zones) throw notFound(`projects/${project}/regions/${region}`)
        return [...zones]
      },
      async listQuotas() {
        access.require(caller, 'compute.regions.get', `projects/${project}/regions/${region}`)
        return quotas.read(project, region)
      },
      async hasMachineType(zone, machineType) {
        const path = `projects/${project}/zones/${zone}`
        access.require(caller, 'compute.machineTypes.get', `${path}/machineTypes/${machineType}`)
        const isZone = zonesOf(regionOfZone(zone))?.includes(zone) ?? false
        return isZone && isOffered(zone, machineType)
      },
      async get<C extends NetworkCollection>(collection: C, name: string) {
        const path = resourcePath(project, region, collection, name)
        access.require(caller, `compute.${collection}.get`, path)
        const row = table.get(path)
        if (!row || row.phase === 'starting') return undefined
        // The path holds the collection, so the row's resource is of this collection's type.
        return row.resource as NetworkResources[C]
      },
      async list<C extends NetworkCollection>(collection: C) {
        const scope = resourcePath(project, region, collection, '')
        access.require(caller, `compute.${collection}.list`, `projects/${project}`)
        const rows = [...table.values()].filter(
          ({ path, phase }) => path.startsWith(scope) && phase !== 'starting',
        )
        return rows
          .map(({ resource }) => resource as NetworkResources[C])
          .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      },
      insert: async (collection, resource, requestId) =>
        insert(caller, collection, resource, requestId),
      patch: async (collection, resource, requestId) =>
        patch(caller, collection, resource, requestId),
      delete: async (collection, name, requestId) => remove(caller, collection, name, requestId),
      async getOperation({ name, region: place }) {
        const scope =
          place === undefined ? 'global' : `regions/${place.slice(place.lastIndexOf('/') + 1)}`
        access.require(caller, 'compute.globalOperations.get', `projects/${project}`)
        const operation = operations.get(project, scope, name)
        if (!operation) throw notFound(`projects/${project}/${scope}/operations/${name}`)
        return operation
      },
    }
  }

  const ready = (path: string): AnyResource | undefined => {
    const row = table.get(path)
    return row?.phase === 'ready' ? row.resource : undefined
  }
  return {
    face,
    // The path holds the collection, so the type is known.
    readyNetwork: (project, reference) =>
      ready(networkPath(project, reference)) as ComputeNetwork | undefined,
    readySubnetwork: (project, region, reference) =>
      ready(subnetworkPath(project, region, reference)) as ComputeSubnetwork | undefined,
    list: () => [...table.keys()],
  }
}

function regionUrl(project: string, region: string): string {
  return `${COMPUTE_URL}projects/${project}/regions/${region}`
}
