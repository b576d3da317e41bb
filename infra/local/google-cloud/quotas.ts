// What a project may use in a region, and uses: Compute's quotas by their metrics. The only place that knows of either.
import { machineType } from '../../../shared/catalog/machine-types.ts'
import { regionOfZone } from '../../../shared/catalog/regions.ts'
import type { ComputeQuota } from '../../../shared/google-cloud.ts'
import { isMeant, type FaultBoard } from './faults/fault-board.ts'

/** A virtual machine as quotas see it. */
export interface Chargeable {
  readonly zone: string
  readonly machineType: string
  readonly diskGb: number
  readonly diskType: string
  readonly isSpot: boolean
}

export interface Quotas {
  /** How many more such machines there is quota for, and the metric that is short when it is not endless. */
  room(project: string, machine: Chargeable): { readonly count: number; readonly metric?: string }
  /** `count` below zero gives back. */
  charge(project: string, machine: Chargeable, count: number): void
  /** Every metric with a limit or a use, by name. */
  read(project: string, region: string): ComputeQuota[]
}

/** Stands for a limit that nobody has set. */
const NO_LIMIT = 1_000_000
/** Families that are counted in the general metric. */
const GENERAL = new Set(['n1', 'e2'])
/** Metrics that are always answered, as in a project that uses nothing. */
const ALWAYS = ['CPUS', 'INSTANCES', 'SSD_TOTAL_GB', 'DISKS_TOTAL_GB']

/** What one machine costs of each metric. */
function chargesOf(machine: Chargeable): Readonly<Record<string, number>> {
  const { machineType: type, diskGb, diskType, isSpot } = machine
  const { family = type.split('-')[0] ?? type, cpus = 1, localSsds = 0 } = machineType(type) ?? {}
  return {
    [cpuMetric(family, isSpot)]: cpus,
    INSTANCES: 1,
    [diskMetric(diskType)]: diskGb,
    ...(localSsds > 0 ? { LOCAL_SSD_TOTAL_GB: localSsds * 375 } : {}),
  }
}

function cpuMetric(family: string, isSpot: boolean): string {
  if (isSpot) return 'PREEMPTIBLE_CPUS'
  return GENERAL.has(family) ? 'CPUS' : `${family.toUpperCase()}_CPUS`
}

/** Balanced and SSD disks share one quota. */
function diskMetric(type: string): string {
  if (type.startsWith('hyper')) return 'HDB_TOTAL_GB'
  return type === 'pd-standard' ? 'DISKS_TOTAL_GB' : 'SSD_TOTAL_GB'
}

export function quotas(faults: Pick<FaultBoard, 'all'>): Quotas {
  /** By project and region, then by metric. */
  const used = new Map<string, Map<string, number>>()
  const usedIn = (project: string, region: string): Map<string, number> => {
    const key = `${project} ${region}`
    const found = used.get(key) ?? new Map<string, number>()
    used.set(key, found)
    return found
  }
  const limitsIn = (project: string, region: string) =>
    faults
      .all('quota')
      .filter((quota) => isMeant(quota.project, project) && isMeant(quota.region, region))
  const limitOf = (project: string, region: string, metric: string): number =>
    limitsIn(project, region).find((quota) => quota.metric === metric)?.limit ?? Infinity

  return {
    room(project, machine) {
      const region = regionOfZone(machine.zone)
      let least: { count: number; metric?: string } = { count: Infinity }
      for (const [metric, each] of Object.entries(chargesOf(machine))) {
        const free = limitOf(project, region, metric) - (usedIn(project, region).get(metric) ?? 0)
        const count = Math.max(0, Math.floor(free / each))
        if (count < least.count) least = { count, metric }
      }
      return least
    },
    charge(project, machine, count) {
      const uses = usedIn(project, regionOfZone(machine.zone))
      for (const [metric, each] of Object.entries(chargesOf(machine)))
        uses.set(metric, (uses.get(metric) ?? 0) + each * count)
    },
    read(project, region) {
      const uses = usedIn(project, region)
      const limited = limitsIn(project, region).map(({ metric }) => metric)
      const metrics = new Set([...ALWAYS, ...uses.keys(), ...limited])
      return [...metrics].toSorted().map((metric) => ({
        metric,
        limit: Math.min(NO_LIMIT, limitOf(project, region, metric)),
        usage: uses.get(metric) ?? 0,
      }))
    },
  }
}
