// What a cluster needs against the project's quotas in the region: CPUs by family, machines, disk. Pure; answers which
// metric is short and by how much, or nothing.
import type { Reason } from '../../events/lifecycle.ts'
import type { ClusterSpec } from './entity.ts'
import type { Nodes } from './nodes-by-pool.ts'
import { poolOf, shapesOf } from './pool.ts'
import { reasonOf } from './reasons/reason.ts'
import { ofDriver, ofExecutors, type Shortage, tightest } from './shortage.ts'

export interface Quota {
  readonly metric: string
  readonly limit: number
  readonly usage: number
}

/** What quotas count of one machine. */
export interface Machine {
  readonly cpus: number
  /** As its name begins: `n2`. */
  readonly family: string
  readonly diskGb: number
  readonly diskType: string
}

export interface QuotaQuestion {
  readonly spec: ClusterSpec
  /** What must be added to what there is. */
  readonly more: Nodes
  /** What it holds and gives back, for settings that want other machines. */
  readonly freed: Nodes
  /** What all clusters of the workspace together have been promised already, and keep. */
  readonly promised: Nodes
  readonly quotas: readonly Quota[]
  readonly machineOf: (machineType: string) => Machine | undefined
}

export function shortOfQuota(question: QuotaQuestion): Reason | undefined {
  const { spec, more, freed, promised, quotas } = question
  const needed = chargesOf(more, question)
  const back = chargesOf(freed, question)
  const due = chargesOf(promised, question)
  const one = chargesOf(oneExecutor(spec), question)
  const shortages = quotas.flatMap(({ metric, limit, usage }): Shortage[] => {
    const need = needed.get(metric) ?? 0
    // Machines that others of ours wait for are no use yet.
    const used = Math.max(usage - (back.get(metric) ?? 0), due.get(metric) ?? 0)
    const short = used + need - limit
    if (need === 0 || short <= 0) return []
    const reason = reasonOf('GCP_QUOTA_EXCEEDED', {
      metric,
      gcp_error_message: `${need} more are needed, ${Math.max(0, limit - used)} of ${limit} are free: ${short} short`,
    })
    const each = one.get(metric)
    if (each === undefined) return [ofDriver(spec, reason)]
    return [ofExecutors(spec, reason, Math.ceil(short / each))]
  })
  return tightest(shortages)
}

function oneExecutor(spec: ClusterSpec): Nodes {
  const { executor } = shapesOf(spec)
  return new Map([[poolOf(executor), { shape: executor, count: 1 }]])
}

/** By metric. A quota that the region does not list is not known, so nothing is charged to it. */
function chargesOf(nodes: Nodes, { quotas, machineOf }: QuotaQuestion): Map<string, number> {
  const limits = new Map(quotas.map(({ metric, limit }) => [metric, limit]))
  const charges = new Map<string, number>()
  const charge = (metric: string, amount: number): void => {
    charges.set(metric, (charges.get(metric) ?? 0) + amount)
  }
  for (const { shape, count } of nodes.values()) {
    const machine = machineOf(shape.machineType)
    if (!machine) continue
    charge(cpuMetric(machine.family, shape.spot, limits), machine.cpus * count)
    charge('INSTANCES', count)
    charge(diskMetric(machine.diskType), machine.diskGb * count)
  }
  return charges
}

/** Families that have no metric of their own and count in `CPUS`. Newer ones count in neither: then it is no metric here. */
const GENERAL = new Set(['e2', 'n1'])

/** Spot machines have a quota of their own only where the project was given one. */
function cpuMetric(family: string, spot: boolean, limits: ReadonlyMap<string, number>): string {
  if (spot && (limits.get('PREEMPTIBLE_CPUS') ?? 0) > 0) return 'PREEMPTIBLE_CPUS'
  const own = `${family.toUpperCase()}_CPUS`
  return !limits.has(own) && GENERAL.has(family) ? 'CPUS' : own
}

function diskMetric(type: string): string {
  if (type.startsWith('hyperdisk')) return 'HDB_TOTAL_GB'
  return type === 'pd-standard' ? 'DISKS_TOTAL_GB' : 'SSD_TOTAL_GB'
}
