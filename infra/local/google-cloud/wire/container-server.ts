// google.container.v1.ClusterManager on the wire: gRPC without TLS on the loopback, for the production client.
import { grpc } from 'google-gax'
import { CallError } from '../../../../shared/call-error.ts'
import type { MaintenancePolicy } from '../../../../shared/gke-cluster-settings.ts'
import type { GkeCluster, NodePool } from '../../../../shared/google-cloud.ts'
import type { Gke } from '../../../../shared/google-ports.ts'
import { rpcCode } from '../container/rpc-code.ts'
import { refusedInvalid, refusedNotFound } from '../container/container-refusals.ts'
import type { GoogleCloudEngine } from '../google-cloud-engine.ts'
import { callerOf } from './caller-of.ts'
import { codecOf } from './container-codec.ts'

export interface ContainerServer {
  /** `127.0.0.1:port`. */
  readonly address: string
  stop(): void
}

/** The parts of all requests that are read here. */
interface Request {
  readonly name?: string
  readonly parent?: string
  readonly cluster?: GkeCluster
  readonly nodePool?: NodePool
  /** Of ClusterUpdate: `desiredShieldedNodes` and the like. */
  readonly update?: Readonly<Record<string, unknown>>
  readonly maintenancePolicy?: MaintenancePolicy
}

/** The parts of a resource name: `projects/P/locations/L/clusters/C/nodePools/N`. */
interface Place {
  readonly path: string
  readonly project: string
  readonly location: string
  readonly cluster: string
  readonly pool: string
  readonly operation: string
}

interface Method {
  readonly request: string
  readonly response: string
  run(gke: Gke, place: Place, request: Request): Promise<unknown>
}

const found = async <T>(place: Place, look: Promise<T | undefined>): Promise<T> => {
  const value = await look
  if (value === undefined) throw refusedNotFound(place.path)
  return value
}

const METHODS: Readonly<Record<string, Method>> = {
  GetCluster: {
    request: 'GetClusterRequest',
    response: 'Cluster',
    run: (gke, place) => found(place, gke.getCluster(place.cluster)),
  },
  ListClusters: {
    request: 'ListClustersRequest',
    response: 'ListClustersResponse',
    run: async (gke) => ({ clusters: await gke.listClusters(), missingZones: [] }),
  },
  CreateCluster: {
    request: 'CreateClusterRequest',
    response: 'Operation',
    async run(gke, _place, { cluster }) {
      if (!cluster) throw refusedInvalid('Cluster must be specified.')
      return gke.createCluster(cluster)
    },
  },
  DeleteCluster: {
    request: 'DeleteClusterRequest',
    response: 'Operation',
    run: (gke, { cluster }) => gke.deleteCluster(cluster),
  },
  UpdateCluster: {
    request: 'UpdateClusterRequest',
    response: 'Operation',
    async run(gke, { cluster }, { update }) {
      return gke.updateCluster(cluster, settingsIn(update ?? {}))
    },
  },
  SetMaintenancePolicy: {
    request: 'SetMaintenancePolicyRequest',
    response: 'Operation',
    async run(gke, { cluster }, { maintenancePolicy }) {
      if (!maintenancePolicy) throw refusedInvalid('MaintenancePolicy must be specified.')
      return gke.setMaintenancePolicy(cluster, maintenancePolicy)
    },
  },
  GetNodePool: {
    request: 'GetNodePoolRequest',
    response: 'NodePool',
    run: (gke, place) => found(place, gke.getNodePool(place.cluster, place.pool)),
  },
  ListNodePools: {
    request: 'ListNodePoolsRequest',
    response: 'ListNodePoolsResponse',
    run: async (gke, { cluster }) => ({ nodePools: await gke.listNodePools(cluster) }),
  },
  CreateNodePool: {
    request: 'CreateNodePoolRequest',
    response: 'Operation',
    async run(gke, { cluster }, { nodePool }) {
      if (!nodePool) throw refusedInvalid('NodePool must be specified.')
      return gke.createNodePool(cluster, nodePool)
    },
  },
  DeleteNodePool: {
    request: 'DeleteNodePoolRequest',
    response: 'Operation',
    run: (gke, { cluster, pool }) => gke.deleteNodePool(cluster, pool),
  },
  GetOperation: {
    request: 'GetOperationRequest',
    response: 'Operation',
    run: (gke, place) => found(place, gke.getOperation(place.operation)),
  },
}

/** The settings of an update under the names that clusters have them by; the engine validates them. */
function settingsIn(update: Readonly<Record<string, unknown>>): object {
  const entries = Object.entries(update).map(([field, value]) => {
    const name = field.replace(/^desired/, '')
    return [`${name.charAt(0).toLowerCase()}${name.slice(1)}`, value]
  })
  return Object.fromEntries(entries) as object
}

function placeOf({ name, parent }: Request): Place {
  const path = name ?? parent ?? ''
  const match =
    /^projects\/([^/]+)\/locations\/([^/]+)(?:\/clusters\/([^/]+)(?:\/nodePools\/([^/]+))?|\/operations\/([^/]+))?$/.exec(
      path,
    )
  if (!match) throw refusedInvalid(`Invalid resource name "${path}".`)
  const [, project = '', location = '', cluster = '', pool = '', operation = ''] = match
  return { path, project, location, cluster, pool, operation }
}

export async function containerServer(
  engine: GoogleCloudEngine,
  port = 0,
): Promise<ContainerServer> {
  const server = new grpc.Server()
  const methods = Object.entries(METHODS)
  const definition = Object.fromEntries(
    methods.map(([name, method]) => [name, typed(name, method)]),
  )
  const implementation = Object.fromEntries(
    methods.map(([name, method]) => [name, handlerOf(engine, method)]),
  )
  server.addService(definition, implementation)
  const bound = await new Promise<number>((resolve, reject) =>
    server.bindAsync(`127.0.0.1:${port}`, grpc.ServerCredentials.createInsecure(), (error, at) =>
      error ? reject(error) : resolve(at),
    ),
  )
  return { address: `127.0.0.1:${bound}`, stop: () => server.forceShutdown() }
}

function typed(name: string, method: Method): grpc.MethodDefinition<unknown, unknown> {
  const request = codecOf(method.request)
  const response = codecOf(method.response)
  return {
    path: `/google.container.v1.ClusterManager/${name}`,
    requestStream: false,
    responseStream: false,
    requestSerialize: (value) => request.encode(value),
    requestDeserialize: (bytes) => request.decode(bytes),
    responseSerialize: (value) => response.encode(value),
    responseDeserialize: (bytes) => response.decode(bytes),
  }
}

function handlerOf(
  engine: GoogleCloudEngine,
  method: Method,
): grpc.handleUnaryCall<Request, unknown> {
  return (call, answer) => {
    const perform = async (): Promise<unknown> => {
      const place = placeOf(call.request)
      const [authorization] = call.metadata.get('authorization')
      const caller = callerOf(place.project, place.location, authorization?.toString())
      return method.run(engine.face(caller).gke, place, call.request)
    }
    perform().then(
      (value) => answer(null, value),
      (error: unknown) => answer(statusOf(error)),
    )
  }
}

/** google.rpc.Code. */
const INTERNAL = 13

function statusOf(error: unknown): { code: number; details: string } {
  if (error instanceof CallError) return { code: rpcCode(error.kind), details: error.message }
  return { code: INTERNAL, details: error instanceof Error ? error.message : String(error) }
}
