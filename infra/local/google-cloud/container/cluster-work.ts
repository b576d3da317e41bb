// What the container API's four operations do when their time has come, and how long that is.
import { frozenCopy } from '../../kubernetes/frozen-json.ts'
import type { Clock } from '../../../../shared/ports.ts'
import type { GkeCluster } from '../../../../shared/google-cloud.ts'
import type { Profile } from '../../profile.ts'
import type { LogEntry } from '../audit-log.ts'
import type { FaultBoard } from '../faults/fault-board.ts'
import type { Supply } from '../supply.ts'
import type { ClusterRecord, PoolRecord } from './cluster-record.ts'
import { clusterRuntime, type StartedKubernetes } from './cluster-runtime.ts'
import type { OperationError, Spoiling } from './container-operations.ts'
import { type Addresses, initialNodes, shortOf } from './initial-nodes.ts'
import { scaledPools } from './pool-scaling.ts'

/** What is known of a cluster whose Kubernetes is to be started. */
export type NewCluster = Pick<
  ClusterRecord,
  'path' | 'project' | 'location' | 'name' | 'maker' | 'spec'
>

export interface Work extends Spoiling {
  readonly durationMs: number
  readonly effect: () => Promise<OperationError | undefined>
}

export interface ClusterWork {
  createCluster(cluster: ClusterRecord): Work
  deleteCluster(cluster: ClusterRecord): Work
  updateCluster(cluster: ClusterRecord, change: Partial<GkeCluster>): Work
  createPool(cluster: ClusterRecord, pool: PoolRecord): Work
  deletePool(cluster: ClusterRecord, pool: PoolRecord): Work
}

interface WorkOptions {
  readonly clock: Clock
  readonly profile: Profile
  readonly supply: Supply
  readonly faults: Pick<FaultBoard, 'all' | 'strike'>
  readonly addresses: Addresses
  readonly grown: (cluster: ClusterRecord, nodes: number) => void
  readonly deliver: (entry: LogEntry) => void
  readonly startKubernetes: (cluster: NewCluster) => Promise<StartedKubernetes>
  readonly forget: (cluster: ClusterRecord) => void
}

export function clusterWork(options: WorkOptions): ClusterWork {
  const { clock, profile, supply, faults, addresses, grown, deliver, startKubernetes, forget } =
    options

  const nodes = initialNodes(supply, addresses)

  async function start(cluster: ClusterRecord): Promise<void> {
    const { path, project, location, name, maker, spec } = cluster
    const started = await startKubernetes({ path, project, location, name, maker, spec })
    cluster.runtime = clusterRuntime({
      clock,
      profile,
      supply,
      faults,
      addresses: (machines, podsPerNode) => addresses(cluster, machines, podsPerNode),
      grown: (nodes) => grown(cluster, nodes),
      deliver,
      cluster,
      started,
      pools: () => scaledPools(cluster, profile),
    })
  }

  return {
    createCluster(cluster) {
      const pools = [...cluster.pools.values()]
      const missing = nodes.take(cluster, pools)
      const giveBack = (): void => {
        if (!missing) nodes.giveBack(cluster, pools)
      }
      const effect: Work['effect'] = async () => {
        try {
          if (missing) return shortOf(cluster, missing)
          await start(cluster)
        } catch (error) {
          const message = `its control plane did not start: ${error instanceof Error ? error.message : String(error)}`
          cluster.conditions = [{ code: 'INTERNAL', message }]
          throw error
        } finally {
          if (!cluster.runtime) {
            cluster.status = 'ERROR'
            giveBack()
          }
        }
        // The operation is long enough for its machines to have booted within it.
        await Promise.all(pools.map((pool) => nodes.boot(cluster, pool, () => 0)))
        for (const pool of pools) pool.status = 'RUNNING'
        cluster.status = 'RUNNING'
        cluster.runtime?.poke()
        return undefined
      }
      return {
        durationMs: missing ? profile.stockOutOperation : profile.createCluster(),
        effect,
        fail(condition) {
          giveBack()
          Object.assign(cluster, { status: 'ERROR', conditions: [condition] })
        },
        undo() {
          giveBack()
          forget(cluster)
        },
      }
    },
    deleteCluster(cluster) {
      cluster.status = 'STOPPING'
      for (const pool of cluster.pools.values()) pool.status = 'STOPPING'
      const effect: Work['effect'] = async () => {
        await cluster.runtime?.stop()
        forget(cluster)
        return undefined
      }
      return {
        durationMs: profile.deleteCluster(),
        effect,
        fail: (condition) => Object.assign(cluster, { status: 'ERROR', conditions: [condition] }),
        undo() {
          cluster.status = 'RUNNING'
          for (const pool of cluster.pools.values()) pool.status = 'RUNNING'
        },
      }
    },
    updateCluster(cluster, change) {
      const effect: Work['effect'] = async () => {
        cluster.spec = merged(cluster.spec, change)
        return undefined
      }
      return { durationMs: profile.updateCluster(), effect, fail: unchanged, undo: unchanged }
    },
    createPool(cluster, pool) {
      const shortage = nodes.take(cluster, [pool])
      const effect: Work['effect'] = async () => {
        if (shortage) {
          pool.status = 'RUNNING_WITH_ERROR'
          return shortOf(pool, shortage)
        }
        await nodes.boot(cluster, pool, () => profile.nodeBoot(pool.path))
        pool.status = 'RUNNING'
        cluster.runtime?.poke()
        return undefined
      }
      const giveBack = (): void => {
        if (!shortage) nodes.giveBack(cluster, [pool])
      }
      return {
        durationMs: shortage ? profile.stockOutOperation : profile.createPool(),
        effect,
        fail(condition) {
          giveBack()
          Object.assign(pool, { status: 'ERROR', conditions: [condition] })
        },
        undo() {
          giveBack()
          cluster.pools.delete(pool.spec.name)
        },
      }
    },
    deletePool(cluster, pool) {
      pool.status = 'STOPPING'
      const count = cluster.runtime?.fleet.count(pool.spec.name) ?? 0
      const effect: Work['effect'] = async () => {
        await cluster.runtime?.removePool(pool.spec.name)
        cluster.pools.delete(pool.spec.name)
        return undefined
      }
      return {
        durationMs: profile.deletePool(count),
        effect,
        fail: (condition) => Object.assign(pool, { status: 'ERROR', conditions: [condition] }),
        undo: () => void (pool.status = 'RUNNING'),
      }
    },
  }
}

/** What a failed update leaves. */
const unchanged = (): void => undefined

/** A setting is replaced whole, but for the two ways to the control plane, which are changed one by one. */
function merged(
  before: GkeCluster,
  { controlPlaneEndpointsConfig: ways, ...change }: Partial<GkeCluster>,
) {
  const kept = before.controlPlaneEndpointsConfig
  return {
    ...before,
    ...frozenCopy(change),
    ...(ways ? { controlPlaneEndpointsConfig: { ...kept, ...frozenCopy(ways) } } : {}),
  }
}
