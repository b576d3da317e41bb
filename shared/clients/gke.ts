// The Gke port on Google's container API. The only importer of its client library, which is loaded with the first call.
// One connection serves every workspace; each call carries its own workspace's token.
import type { ClusterManagerClient } from '@google-cloud/container'
import type { GkeCluster, GkeOperation, NodePool } from '../google-cloud.ts'
import { CallError } from '../call-error.ts'
import type { Gke } from '../google-ports.ts'
import type { Clock, WorkspaceIdentity } from '../ports.ts'
import { gkeCallError } from './gke-errors.ts'
import {
  clusterMessage,
  clustersIn,
  maintenanceMessage,
  plain,
  poolMessage,
  poolsIn,
  updateMessage,
} from './gke-messages.ts'
import { withDeadline } from './grpc-call.ts'
import { systemClock } from './system-clock.ts'
import { type TokenSource, tokenWithin } from './token-source.ts'

export interface GkeClientOptions {
  readonly tokenOf: TokenSource
  /** `host:port` of a server without TLS, in place of Google's. */
  readonly endpoint?: string
  /** For one call with its token (ms). Default 20 s. */
  readonly callTimeoutMs?: number
  /** The machine's unless said. */
  readonly clock?: Clock
}

export interface GkeClient {
  open(workspace: WorkspaceIdentity): Gke
  close(): Promise<void>
}

/** Every call's own deadline (protocol rule 3). */
const CALL_TIMEOUT_MS = 20_000

export function gkeClient(options: GkeClientOptions): GkeClient {
  let loaded: Promise<ClusterManagerClient> | undefined
  const client = (): Promise<ClusterManagerClient> => (loaded ??= load(options.endpoint))
  return {
    open: (workspace) => openGke(client, options, workspace),
    async close() {
      await (await loaded)?.close()
    },
  }
}

async function load(endpoint: string | undefined): Promise<ClusterManagerClient> {
  const [container, gax] = await Promise.all([
    import('@google-cloud/container'),
    import('google-gax'),
  ])
  const { ClusterManagerClient: Client } = container.default
  const { googleAuthLibrary, grpc } = gax.default
  // The token goes with each call, so the connection itself has no identity.
  const authClient = new googleAuthLibrary.PassThroughClient()
  if (endpoint === undefined)
    return new Client({ authClient, sslCreds: grpc.credentials.createSsl() })
  const [apiEndpoint, port] = endpoint.split(':')
  return new Client({
    authClient,
    sslCreds: grpc.credentials.createInsecure(),
    apiEndpoint,
    port: Number(port),
  })
}

type Rpc<Request, Response> = (
  request: Request,
  options: object,
) => Promise<readonly [Response, ...unknown[]]>

function openGke(
  client: () => Promise<ClusterManagerClient>,
  { tokenOf, callTimeoutMs = CALL_TIMEOUT_MS, clock = systemClock }: GkeClientOptions,
  { project, region, serviceAccount }: WorkspaceIdentity,
): Gke {
  const place = `projects/${project}/locations/${region}`
  const clusterName = (cluster: string): string => `${place}/clusters/${cluster}`
  const poolName = (cluster: string, pool: string): string =>
    `${clusterName(cluster)}/nodePools/${pool}`

  /** Client retries are off: whoever calls decides, and a repeated mutation must be one that the ledger knows of. */
  async function perform<Request, Response>(
    what: string,
    mutates: boolean,
    pick: (of: ClusterManagerClient) => Rpc<Request, Response>,
    request: Request,
  ): Promise<Response> {
    const end = clock.now() + callTimeoutMs
    const token = await tokenWithin(clock, callTimeoutMs, tokenOf, serviceAccount)
    const left = Math.max(1, end - clock.now())
    const options = {
      timeout: left,
      retry: null,
      otherArgs: { headers: { authorization: `Bearer ${token}` } },
    }
    try {
      const of = await client()
      const [response] = await withDeadline(clock, left, pick(of)(request, options))
      return response
    } catch (error) {
      throw gkeCallError(error, what, mutates)
    }
  }

  async function read<T>(
    name: string,
    pick: (of: ClusterManagerClient) => Rpc<{ name: string }, unknown>,
  ): Promise<T | undefined> {
    try {
      // The port's types are the part of the messages that Kindling reads.
      return plain(await perform(`get ${name}`, false, pick, { name })) as T
    } catch (error) {
      const failure = gkeCallError(error, name, false)
      if (failure.kind === 'not-found') return undefined
      throw failure
    }
  }

  async function change<Request>(
    what: string,
    pick: (of: ClusterManagerClient) => Rpc<Request, unknown>,
    request: Request,
  ): Promise<GkeOperation> {
    const operation = plain(await perform(what, true, pick, request)) as GkeOperation
    if (operation.name) return operation
    throw new CallError('unknown-outcome', `${what}: the answer names no operation`)
  }

  return {
    getCluster: (cluster) =>
      read<GkeCluster>(
        clusterName(cluster),
        (of) => (request, options) => of.getCluster(request, options),
      ),
    getNodePool: (cluster, pool) =>
      read<NodePool>(
        poolName(cluster, pool),
        (of) => (request, options) => of.getNodePool(request, options),
      ),
    async listClusters() {
      const what = `list clusters of ${place}`
      const answer = await perform(
        what,
        false,
        (of) => (request: { parent: string }, options) => of.listClusters(request, options),
        { parent: place },
      )
      return clustersIn(answer, what)
    },
    async listNodePools(cluster) {
      const answer = await perform(
        `list node pools of ${clusterName(cluster)}`,
        false,
        (of) => (request: { parent: string }, options) => of.listNodePools(request, options),
        { parent: clusterName(cluster) },
      )
      return poolsIn(answer)
    },
    getOperation: (operation) =>
      read<GkeOperation>(
        `${place}/operations/${operation}`,
        (of) => (request, options) => of.getOperation(request, options),
      ),
    createCluster: (cluster) =>
      change(
        `create ${clusterName(cluster.name)}`,
        (of) => (request, options) => of.createCluster(request, options),
        { parent: place, cluster: clusterMessage(cluster) },
      ),
    deleteCluster: (cluster) =>
      change(
        `delete ${clusterName(cluster)}`,
        (of) => (request, options) => of.deleteCluster(request, options),
        { name: clusterName(cluster) },
      ),
    updateCluster: (cluster, update) =>
      change(
        `update ${clusterName(cluster)}`,
        (of) => (request, options) => of.updateCluster(request, options),
        { name: clusterName(cluster), update: updateMessage(update) },
      ),
    setMaintenancePolicy: (cluster, policy) =>
      change(
        `set maintenance policy of ${clusterName(cluster)}`,
        (of) => (request, options) => of.setMaintenancePolicy(request, options),
        { name: clusterName(cluster), maintenancePolicy: maintenanceMessage(policy) },
      ),
    createNodePool: (cluster, pool) =>
      change(
        `create ${poolName(cluster, pool.name)}`,
        (of) => (request, options) => of.createNodePool(request, options),
        { parent: clusterName(cluster), nodePool: poolMessage(pool) },
      ),
    deleteNodePool: (cluster, pool) =>
      change(
        `delete ${poolName(cluster, pool)}`,
        (of) => (request, options) => of.deleteNodePool(request, options),
        { name: poolName(cluster, pool) },
      ),
  }
}
