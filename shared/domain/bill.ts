// The bill of one workspace at list price, from its meter. Pure. Whole micro-dollars: each line is rounded once and every sum
// is a sum of lines, so clusters, warm nodes and what is nobody's come to the total exactly.
import { allLines, type Meter, type MeterLine } from './meter.ts'
import { type Instant, minutes } from './time.ts'

/** US dollars for an hour of each thing. */
export interface Rates {
  /** Undefined where no price is known. */
  machine(machineType: string, spot: boolean): number | undefined
  /** The boot disk of a node. */
  readonly disk: number
  readonly gkeCluster: number
  readonly natPerNode: number
  /** What NAT costs at most, however many nodes there are. */
  readonly natMost: number
  readonly natAddress: number
}

export interface BillLine {
  readonly pool: string
  readonly machineType: string
  readonly spot: boolean
  readonly cluster?: string
  readonly warm?: true
  readonly nodeSeconds: number
  readonly machines: number
  readonly disks: number
  /** Of both: while the cluster was known to have no work. */
  readonly idle: number
}

export interface ClusterBill {
  readonly cluster: string
  readonly cost: number
  readonly idle: number
  /** What its nodes would have cost since it was ended for idleness. */
  readonly saved: number
  readonly nodeSeconds: number
}

/** Amounts are micro-dollars. */
export interface Bill {
  readonly currency: 'USD'
  /** Up to when nodes were seen. */
  readonly asOf: Instant | undefined
  readonly lines: readonly BillLine[]
  readonly clusters: readonly ClusterBill[]
  /** Nodes that were kept ready for launches. */
  readonly warm: { readonly cost: number; readonly nodeSeconds: number }
  /** Of no cluster: the system pool, empty nodes, and what the workspace itself needs. */
  readonly unassigned: {
    readonly nodes: number
    readonly gke: number
    readonly nat: number
    readonly cost: number
  }
  readonly total: number
  readonly saved: number
  /** Machine types whose price is not known: their nodes are not in the sums. */
  readonly unpriced: readonly string[]
  /** Node time that nobody watched, which is charged to nobody. */
  readonly unseenSeconds: number
}

/** A cluster that was ended for idleness, and the nodes that it then had. */
export interface Reclaimed {
  readonly cluster: string
  readonly forMs: number
  readonly nodes: readonly {
    readonly machineType: string
    readonly spot: boolean
    readonly count: number
  }[]
}

const HOUR = minutes(60)
const micro = (dollarsAnHour: number, ms: number): number =>
  Math.round((dollarsAnHour * 1e6 * Math.max(0, ms)) / HOUR)

export function billOf(
  meter: Meter | undefined,
  rates: Rates,
  reclaimed: readonly Reclaimed[] = [],
): Bill {
  const metered = meter ? allLines(meter) : []
  const lines = metered.map((line) => lineOf(line, rates))
  const saved = new Map(reclaimed.map((each) => [each.cluster, savedBy(each, rates)]))
  const names = new Set([...lines.flatMap(({ cluster }) => cluster ?? []), ...saved.keys()])
  const clusters = [...names].toSorted().map((cluster) => {
    const own = lines.filter((line) => line.cluster === cluster)
    return {
      cluster,
      cost: sum(own, costOf),
      idle: sum(own, ({ idle }) => idle),
      saved: saved.get(cluster) ?? 0,
      nodeSeconds: sum(own, ({ nodeSeconds }) => nodeSeconds),
    }
  })
  const kept = lines.filter(({ warm }) => warm)
  const warm = {
    cost: sum(kept, costOf),
    nodeSeconds: sum(kept, ({ nodeSeconds }) => nodeSeconds),
  }
  const unassigned = unassignedOf(meter, metered, lines, rates)
  const unpriced = lines.filter(({ machineType, spot }) => !rates.machine(machineType, spot))
  return {
    currency: 'USD',
    asOf: meter?.newest.seenAt,
    lines,
    clusters,
    warm,
    unassigned,
    total: sum(clusters, ({ cost }) => cost) + warm.cost + unassigned.cost,
    saved: sum(clusters, (each) => each.saved),
    unpriced: [...new Set(unpriced.map(({ machineType }) => machineType))].toSorted(),
    unseenSeconds: meter ? (meter.newest.unseenMs + meter.past.unseenMs) / 1000 : 0,
  }
}

const costOf = ({ machines, disks }: BillLine): number => machines + disks

function lineOf({ nodeMs, idleMs, ...what }: MeterLine, rates: Rates): BillLine {
  const each = rates.machine(what.machineType, what.spot) ?? 0
  const cost = micro(each, nodeMs) + micro(rates.disk, nodeMs)
  return {
    ...what,
    nodeSeconds: nodeMs / 1000,
    machines: micro(each, nodeMs),
    disks: micro(rates.disk, nodeMs),
    // Rounded on its own it might be a millionth more than the whole.
    idle: Math.min(cost, micro(each + rates.disk, idleMs)),
  }
}

function unassignedOf(
  meter: Meter | undefined,
  metered: readonly MeterLine[],
  lines: readonly BillLine[],
  rates: Rates,
): Bill['unassigned'] {
  const gkeMs = meter ? meter.newest.gkeMs + meter.past.gkeMs : 0
  const nodeMs = sum(metered, (line) => line.nodeMs)
  const nodes = sum(
    lines.filter(({ cluster, warm }) => cluster === undefined && !warm),
    costOf,
  )
  const gke = micro(rates.gkeCluster, gkeMs)
  const gateway = Math.min(micro(rates.natPerNode, nodeMs), micro(rates.natMost, gkeMs))
  const nat = gateway + micro(rates.natAddress, gkeMs)
  return { nodes, gke, nat, cost: nodes + gke + nat }
}

function savedBy({ nodes, forMs }: Reclaimed, rates: Rates): number {
  return sum(nodes, ({ machineType, spot, count }) => {
    const each = rates.machine(machineType, spot)
    return each === undefined ? 0 : micro((each + rates.disk) * count, forMs)
  })
}

function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((all, item) => all + of(item), 0)
}

/**
 * Amounts in whole cents that still add up: to the cents of their sum. Each is rounded down, and the cents that are missing go
 * to those that lost most.
 */
export function inCents(amounts: readonly number[]): number[] {
  const CENT = 10_000
  const cents = amounts.map((amount) => Math.floor(amount / CENT))
  const missing =
    Math.round(sum(amounts, (amount) => amount) / CENT) - sum(cents, (amount) => amount)
  const byLoss = amounts
    .map((amount, index) => ({ index, lost: amount - (cents[index] ?? 0) * CENT }))
    .toSorted((a, b) => b.lost - a.lost || a.index - b.index)
  const raised = new Set(byLoss.slice(0, missing).map(({ index }) => index))
  return cents.map((amount, index) => amount + (raised.has(index) ? 1 : 0))
}
