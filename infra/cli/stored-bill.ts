// The bill of a workspace from what is stored of it: its meter, and the clusters that were ended for idleness.
import { billSources, ratesOf } from '../../shared/catalog/rates.ts'
import { type Bill, billOf, type ClusterBill, type Reclaimed } from '../../shared/domain/bill.ts'
import { Entity } from '../../shared/domain/entity.ts'
import { Meter } from '../../shared/domain/meter.ts'
import { clustersOf, meterPath } from '../../shared/domain/paths.ts'
import { keptWarm, type KeptWarm } from '../../shared/domain/warm-nodes.ts'
import type { Instant } from '../../shared/domain/time.ts'
import type { Reader } from '../../shared/ports.ts'
import { read, readAll } from '../../shared/runtime/stored.ts'

export interface StoredBill extends Bill {
  readonly workspace: string
  readonly region: string
  readonly prices: typeof billSources
  /** What the workspace keeps ready, as far as its budget goes. */
  readonly keptWarm: readonly KeptWarm[]
}

/** Undefined when there is no such workspace. */
export async function readBill(
  store: Reader,
  path: string,
  now: Instant,
): Promise<StoredBill | undefined> {
  const [workspace, meter, clusters] = await Promise.all([
    read(store, path, Entity),
    read(store, meterPath(path), Meter),
    readAll(store, clustersOf(path), Entity),
  ])
  if (workspace?.value.kind !== 'workspace') return undefined
  const { region, warm } = workspace.value.spec
  const rates = ratesOf(region)
  const reclaimed = clusters.flatMap(({ value }) => reclaimedFrom(value, now))
  const bill = billOf(meter?.value, rates, reclaimed)
  const kept = warm ? keptWarm(warm, rates) : []
  return { workspace: path, region, prices: billSources, keptWarm: kept, ...bill }
}

/** What a cluster would have gone on with, since it was ended because it was idle. */
function reclaimedFrom(entity: Entity, now: Instant): Reclaimed[] {
  if (entity.kind !== 'cluster' || entity.state !== 'TERMINATED') return []
  if (entity.reason.code !== 'INACTIVITY') return []
  const { cluster, changedAt, spec, adapted } = entity
  const { driver, executors } = adapted?.spec ?? spec
  const nodes = [
    { machineType: driver.machineType, spot: false, count: 1 },
    { machineType: executors.machineType, spot: executors.spot, count: executors.count },
  ]
  return [{ cluster, forMs: Math.max(0, now - changedAt), nodes }]
}

/** Of one cluster; nothing was spent on one that the meter does not know. */
export function clusterBill(bill: Bill, cluster: string): ClusterBill {
  const found = bill.clusters.find((each) => each.cluster === cluster)
  return found ?? { cluster, cost: 0, idle: 0, saved: 0, nodeSeconds: 0 }
}
