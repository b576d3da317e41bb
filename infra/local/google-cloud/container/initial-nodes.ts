// The machines that pools are created with: taken when the operation begins, all or none; and what it says when there are
// not enough.
import type { StatusCondition } from '../../../../shared/google-cloud.ts'
import type { Machine } from '../nodes/node-fleet.ts'
import { nodeTemplate, type NodeTemplate } from '../nodes/node-template.ts'
import type { Shortage, Supply } from '../supply.ts'
import type { ClusterRecord, PoolRecord } from './cluster-record.ts'
import type { OperationError } from './container-operations.ts'

export interface InitialNodes {
  /** Answers what is missing, having given everything back. */
  take(cluster: ClusterRecord, pools: readonly PoolRecord[]): Shortage | undefined
  giveBack(cluster: ClusterRecord, pools: readonly PoolRecord[]): void
  /** Boots them; resolves when they are Ready. */
  boot(cluster: ClusterRecord, pool: PoolRecord, bootMs: () => number): Promise<void>
}

export type Addresses = (
  cluster: ClusterRecord,
  machines: readonly Machine[],
  podsPerNode: number,
) => number

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
    message: 'QUOTA_EXCEEDED: a quota of the project is exhausted.',
  },
  'ip-space': {
    code: 'UNKNOWN',
    canonicalCode: 'RESOURCE_EXHAUSTED',
    message: 'IP_SPACE_EXHAUSTED: the IP space of the subnetwork is exhausted.',
  },
  'time-out': {
    code: 'UNKNOWN',
    canonicalCode: 'DEADLINE_EXCEEDED',
    message: 'Timeout waiting for the nodes to register.',
  },
}

export function initialNodes(supply: Supply, addresses: Addresses): InitialNodes {
  return {
    take(cluster, pools) {
      const { project, path, name } = cluster
      const taken: { template: NodeTemplate; given: number }[] = []
      const there = cluster.runtime?.fleet.machines() ?? []
      for (const { spec, locations } of pools) {
        for (const zone of locations) {
          const template = nodeTemplate(spec, zone)
          const free = (): number => addresses(cluster, there, template.podsPerNode)
          const taker = { project, path, name, addresses: free }
          const { given, shortage } = supply.take(taker, template, spec.initialNodeCount ?? 0)
          taken.push({ template, given })
          if (!shortage) continue
          for (const each of taken) supply.giveBack(project, each.template, each.given)
          return shortage
        }
      }
      return undefined
    },
    giveBack({ project }, pools) {
      for (const { spec, locations } of pools)
        for (const zone of locations)
          supply.giveBack(project, nodeTemplate(spec, zone), spec.initialNodeCount ?? 0)
    },
    async boot({ runtime }, { spec, locations }, bootMs) {
      const count = spec.initialNodeCount ?? 0
      if (count > 0) await runtime?.addNodes(spec, locations, count, bootMs)
    },
  }
}

/** Marks the record; answers what the operation says. */
export function shortOf(record: ClusterRecord | PoolRecord, shortage: Shortage): OperationError {
  const condition = CONDITIONS[shortage]
  record.conditions = [condition]
  return { code: RESOURCE_EXHAUSTED, message: `Google Compute Engine: ${condition.message}` }
}
