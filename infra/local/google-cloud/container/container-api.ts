// The simulated container API: clusters and node pools by name, operations that take minutes, refusals in its own words.
import type { Clock } from '../../../../shared/ports.ts'
import type { GkeCluster, GkeOperation, NodePool } from '../../../../shared/google-cloud.ts'
import type { Gke } from '../../../../shared/google-ports.ts'
import type { Access, Caller } from '../access.ts'
import type { AuditedCall, AuditLog } from '../audit-log.ts'
import type { FaultBoard } from '../faults/fault-board.ts'
import { randomUuid } from '../identifiers.ts'
import { Refusal } from '../refusal.ts'
import { clusterOutput, poolOutput } from './cluster-output.ts'
import { type ClusterRecord, isSettled, newClusterRecord, newPoolRecord } from './cluster-record.ts'
import type { ClusterWork, Work } from './cluster-work.ts'
import type { ContainerOperations, OperationTarget } from './container-operations.ts'
import { clusterPath, poolPath } from './container-paths.ts'
import { refusedExists, refusedNotFound, refusedUnsettled } from './container-refusals.ts'
import { rpcCode } from './rpc-code.ts'
import { type ClusterContext, validateCluster, validateUpdate } from './validate-cluster.ts'
import { validatePool } from './validate-pool.ts'

interface ContainerOptions {
  readonly clock: Clock
  readonly access: Access
  readonly faults: Pick<FaultBoard, 'all'>
  readonly audit: AuditLog
  readonly operations: ContainerOperations
  readonly work: ClusterWork
  readonly compute: ClusterContext['compute']
  readonly clusters: Map<string, ClusterRecord>
}

export function containerApi(options: ContainerOptions): (caller: Caller) => Gke {
  const { clock, access, faults, audit, operations, work, compute, clusters } = options

  function find(caller: Caller, cluster: string): ClusterRecord {
    const path = clusterPath(caller.project, caller.region, cluster)
    const found = clusters.get(path)
    if (!found) throw refusedNotFound(path)
    return found
  }

  /** Runs a mutating call under the audit log: refused at once, or an operation that begins and ends. */
  function audited(call: AuditedCall, type: GkeOperation['operationType'], begin: () => Work) {
    try {
      const work = begin()
      const ended = (operation: GkeOperation): void => audit.ended(call, operation)
      const operation = operations.begin({ ...work, type, target: call.target, ended })
      audit.began(call, operation)
      return operation
    } catch (error) {
      if (error instanceof Refusal)
        audit.refused(call, { code: rpcCode(error.kind), message: error.message })
      throw error
    }
  }

  const allow = (caller: Caller, { permission, target }: AuditedCall): void =>
    access.require(caller, permission, target.clusterPath)

  function createCluster(caller: Caller, cluster: GkeCluster): GkeOperation {
    const { project, region: location, serviceAccount: maker } = caller
    const call = callOf(caller, 'CreateCluster', cluster.name, undefined, { cluster })
    return audited(call, 'CREATE_CLUSTER', () => {
      allow(caller, call)
      const path = call.target.clusterPath
      if (clusters.has(path)) throw refusedExists(path)
      const locations = validateCluster(cluster, { project, location, compute })
      const id = randomUuid(() => clock.random()).replaceAll('-', '')
      const record = newClusterRecord(cluster, { path, project, location, maker, id, locations })
      for (const pool of cluster.nodePools ?? []) {
        const zones = validatePool(pool, locations, location)
        record.pools.set(pool.name, newPoolRecord(path, pool, zones))
      }
      clusters.set(path, record)
      return work.createCluster(record)
    })
  }

  function deleteCluster(caller: Caller, name: string): GkeOperation {
    const call = callOf(caller, 'DeleteCluster', name)
    return audited(call, 'DELETE_CLUSTER', () => {
      allow(caller, call)
      const cluster = find(caller, name)
      operations.requireFree(call.target)
      return work.deleteCluster(cluster)
    })
  }

  function update(caller: Caller, method: string, name: string, change: Partial<GkeCluster>) {
    const call = callOf(caller, method, name, undefined, { update: change })
    return audited(call, 'UPDATE_CLUSTER', () => {
      allow(caller, call)
      const cluster = find(caller, name)
      operations.requireFree(call.target)
      if (!isSettled(cluster)) throw refusedUnsettled()
      validateUpdate(change, caller)
      return work.updateCluster(cluster, change)
    })
  }

  function createNodePool(caller: Caller, name: string, pool: NodePool): GkeOperation {
    const call = callOf(caller, 'CreateNodePool', name, pool.name, { nodePool: pool })
    return audited(call, 'CREATE_NODE_POOL', () => {
      allow(caller, call)
      const cluster = find(caller, name)
      if (cluster.pools.has(pool.name)) throw refusedExists(poolPath(cluster.path, pool.name))
      const locations = validatePool(pool, cluster.locations, cluster.location)
      operations.requireFree(call.target)
      if (!isSettled(cluster)) throw refusedUnsettled()
      const record = newPoolRecord(cluster.path, pool, locations)
      cluster.pools.set(pool.name, record)
      return work.createPool(cluster, record)
    })
  }

  function deleteNodePool(caller: Caller, name: string, pool: string): GkeOperation {
    const call = callOf(caller, 'DeleteNodePool', name, pool)
    return audited(call, 'DELETE_NODE_POOL', () => {
      allow(caller, call)
      const cluster = find(caller, name)
      const record = cluster.pools.get(pool)
      if (!record) throw refusedNotFound(poolPath(cluster.path, pool))
      operations.requireFree(call.target)
      if (!isSettled(cluster)) throw refusedUnsettled()
      return work.deletePool(cluster, record)
    })
  }

  return (caller) => {
    const { project, region } = caller
    const read = (what: string, name: string): ClusterRecord | undefined => {
      const path = clusterPath(project, region, name)
      access.require(caller, `container.${what}.get`, path)
      return clusters.get(path)
    }
    return {
      async getCluster(name) {
        const cluster = read('clusters', name)
        return cluster && clusterOutput(cluster, operations.isActive(cluster.path), faults)
      },
      async listClusters() {
        access.require(caller, 'container.clusters.list', `projects/${project}`)
        const inRegion = [...clusters.values()].filter(
          (cluster) => cluster.project === project && cluster.location === region,
        )
        return inRegion.map((cluster) =>
          clusterOutput(cluster, operations.isActive(cluster.path), faults),
        )
      },
      async listNodePools(name) {
        access.require(caller, 'container.clusters.get', clusterPath(project, region, name))
        const cluster = find(caller, name)
        return Array.from(cluster.pools.values(), (pool) => poolOutput(cluster, pool, faults))
      },
      async getNodePool(name, pool) {
        const cluster = read('clusters', name)
        const record = cluster?.pools.get(pool)
        return cluster && record && poolOutput(cluster, record, faults)
      },
      createCluster: async (cluster) => createCluster(caller, cluster),
      deleteCluster: async (name) => deleteCluster(caller, name),
      updateCluster: async (name, change) => update(caller, 'UpdateCluster', name, change),
      setMaintenancePolicy: async (name, maintenancePolicy) =>
        update(caller, 'SetMaintenancePolicy', name, { maintenancePolicy }),
      createNodePool: async (name, pool) => createNodePool(caller, name, pool),
      deleteNodePool: async (name, pool) => deleteNodePool(caller, name, pool),
      async getOperation(name) {
        access.require(
          caller,
          'container.operations.get',
          `projects/${project}/locations/${region}`,
        )
        return operations.get(project, region, name)
      },
    }
  }
}

/** A mutating call as the audit log records it. */
function callOf(
  caller: Caller,
  method: string,
  name: string,
  pool?: string,
  request = {},
): AuditedCall {
  const { project, region: location, serviceAccount: principal } = caller
  const target: OperationTarget = {
    project,
    location,
    cluster: name,
    clusterPath: clusterPath(project, location, name),
    ...(pool === undefined ? {} : { pool }),
  }
  const permission = `container.clusters.${VERBS[method] ?? 'update'}`
  return { method, principal, permission, target, request }
}

const VERBS: Readonly<Record<string, string>> = { CreateCluster: 'create', DeleteCluster: 'delete' }
