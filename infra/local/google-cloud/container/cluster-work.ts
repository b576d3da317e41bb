// What the container API's four operations do when their time has come, and how long that is.
import type { StatusCondition } from '../../../../shared/google-cloud.ts'
import type { EngineClock } from '../../clock.ts'
import type { Profile } from '../../profile.ts'
import type { LogEntry } from '../audit-log.ts'
import type { Shortage, Supply } from '../supply.ts'
import type { ClusterRecord, PoolRecord } from './cluster-record.ts'
import { clusterRuntime, type StartedKubernetes } from './cluster-runtime.ts'
import type { OperationError } from './container-operations.ts'
import { scaledPools } from './pool-scaling.ts'

/** What is known of a cluster whose Kubernetes is to be started. */
export type NewCluster = Pick<ClusterRecord, 'path' | 'project' | 'location' | 'name' | 'spec'>

export interface Work {
  readonly durationMs: number
  readonly effect: () => Promise<OperationError | undefined>
}

export interface ClusterWork {
  createCluster(cluster: ClusterRecord): Work
  deleteCluster(cluster: ClusterRecord): Work
  createPool(cluster: ClusterRecord, pool: PoolRecord): Work
  deletePool(cluster: ClusterRecord, pool: PoolRecord): Work
}

interface WorkOptions {
  readonly clock: EngineClock
  readonly profile: Profile
  readonly supply: Supply
  readonly deliver: (entry: LogEntry) => void
  readonly startKubernetes: (cluster: NewCluster) => Promise<StartedKubernetes>
  readonly forget: (cluster: ClusterRecord) => void
}

/** google.rpc.Code. */
const RESOURCE_EXHAUSTED = 8

const CONDITIONS: Record<Shortage, StatusCondition> = {
  'stock-out': {
    code: 'GCE_STOCKOUT',
    canonicalCode: 'RESOURCE_EXHAUSTED',
    message: 'ZONE_RESOURCE_POOL_EXHAUSTED: the zone does not have enough resources available.',
  },
  quota: {
    code: 'GCE_QUOTA_EXCEEDED',
    canonicalCode: 'RESOURCE_EXHAUSTED',
    message: 'QUOTA_EXCEEDED: the CPU quota of the project is exhausted.',
  },
}

export function clusterWork(options: WorkOptions): ClusterWork {
  const { clock, profile, supply, deliver, startKubernetes, forget } = options

  /** Takes the initial nodes of a pool; answers what was missing, having given back the rest. */
  function takeNodes(
    { project }: ClusterRecord,
    { spec, locations }: PoolRecord,
  ): Shortage | undefined {
    const { initialNodeCount: count = 0, config } = spec
    const taken: { zone: string; given: number }[] = []
    for (const zone of locations) {
      const { given, shortage } = supply.take(project, zone, config.machineType, count)
      taken.push({ zone, given })
      if (!shortage) continue
      for (const { zone: from, given: back } of taken)
        supply.giveBack(project, from, config.machineType, back)
      return shortage
    }
    return undefined
  }

  async function start(cluster: ClusterRecord): Promise<void> {
    const { path, project, location, name, spec } = cluster
    const started = await startKubernetes({ path, project, location, name, spec })
    cluster.runtime = clusterRuntime({
      clock,
      profile,
      supply,
      deliver,
      cluster,
      started,
      pools: () => scaledPools(cluster, profile),
    })
  }

  return {
    createCluster(cluster) {
      const pools = [...cluster.pools.values()]
      let shortage: Shortage | undefined
      for (const pool of pools) shortage ??= takeNodes(cluster, pool)
      const missing = shortage
      const effect: Work['effect'] = async () => {
        try {
          if (missing) return failure(cluster, missing)
          await start(cluster)
        } finally {
          if (!cluster.runtime) cluster.status = 'ERROR'
        }
        // The operation is long enough for its machines to have booted within it.
        await Promise.all(pools.map((pool) => addNodes(cluster, pool, () => 0)))
        for (const pool of pools) pool.status = 'RUNNING'
        cluster.status = 'RUNNING'
        cluster.runtime?.poke()
        return undefined
      }
      return { durationMs: missing ? profile.stockOutOperation : profile.createCluster(), effect }
    },
    deleteCluster(cluster) {
      cluster.status = 'STOPPING'
      for (const pool of cluster.pools.values()) pool.status = 'STOPPING'
      const effect: Work['effect'] = async () => {
        await cluster.runtime?.stop()
        forget(cluster)
        return undefined
      }
      return { durationMs: profile.deleteCluster(), effect }
    },
    createPool(cluster, pool) {
      const shortage = takeNodes(cluster, pool)
      const effect: Work['effect'] = async () => {
        if (shortage) {
          pool.status = 'RUNNING_WITH_ERROR'
          return failure(pool, shortage)
        }
        await addNodes(cluster, pool, () => profile.nodeBoot(pool.path))
        pool.status = 'RUNNING'
        cluster.runtime?.poke()
        return undefined
      }
      return { durationMs: shortage ? profile.stockOutOperation : profile.createPool(), effect }
    },
    deletePool(cluster, pool) {
      pool.status = 'STOPPING'
      const nodes = cluster.runtime?.fleet.count(pool.spec.name) ?? 0
      const effect: Work['effect'] = async () => {
        await cluster.runtime?.removePool(pool.spec.name)
        cluster.pools.delete(pool.spec.name)
        return undefined
      }
      return { durationMs: profile.deletePool(nodes), effect }
    },
  }
}

async function addNodes(
  { runtime }: ClusterRecord,
  { spec, locations }: PoolRecord,
  bootMs: () => number,
): Promise<void> {
  const count = spec.initialNodeCount ?? 0
  if (count > 0) await runtime?.addNodes(spec, locations, count, bootMs)
}

/** Marks the record; answers what the operation says. */
function failure(record: ClusterRecord | PoolRecord, shortage: Shortage): OperationError {
  const condition = CONDITIONS[shortage]
  record.conditions = [condition]
  return { code: RESOURCE_EXHAUSTED, message: `Google Compute Engine: ${condition.message}` }
}
