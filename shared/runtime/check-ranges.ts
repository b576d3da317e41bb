// The address ranges of a workspace's subnet: given, planned from what it is to hold, or defaults; and what would not work
// (rule *ranges*).
import type { Reason } from '../../events/lifecycle.ts'
import type { WorkspaceRequested } from '../../events/workspace-requested.ts'
import { limits } from '../catalog/limits.ts'
import {
  type Block,
  blockOf,
  type Capacity,
  fitOf,
  overlap,
  planRanges,
  PREFIXES,
  PROHIBITED,
  type Ranges,
} from '../domain/ranges.ts'
import { refusal } from './refusal.ts'

const { podsPerNode, systemNodes } = limits.gke

/** With the system pool's nodes, what ranges must hold for so many machines of Spark. */
function inAll({ nodes, clusters }: Capacity): Capacity {
  return { nodes: nodes + systemNodes, clusters }
}

/** Nodes in a /19, pods in a /13, services in a /20. */
export const DEFAULT_RANGES: Ranges = planRanges(
  inAll({ nodes: 8000, clusters: 4000 }),
  podsPerNode,
)

/** The ranges that a request comes to, or why there are none. */
export function wantedRanges({
  ranges,
  capacity,
}: Pick<WorkspaceRequested, 'ranges' | 'capacity'>): { ranges: Ranges } | { fault: Reason } {
  const fault =
    (ranges && checkRanges(ranges)) ??
    (capacity && (checkCapacity(capacity) ?? (ranges && checkFit(ranges, capacity))))
  if (fault) return { fault }
  if (ranges) return { ranges }
  return { ranges: capacity ? planRanges(inAll(capacity), podsPerNode) : DEFAULT_RANGES }
}

/** A cluster is a driver and an executor at least. */
function checkCapacity({ nodes, clusters }: Capacity): Reason | undefined {
  if (clusters * 2 <= nodes) return undefined
  return refusal('INVALID_PARAMETER_VALUE', `${clusters} clusters take more than ${nodes} nodes`, {
    field: 'data.capacity.clusters',
    got: String(clusters),
    allowed: `at most ${Math.floor(nodes / 2)}: each has a driver and an executor`,
    mend: `set "data.capacity.nodes" to ${clusters * 2} or more, or ask for fewer clusters`,
  })
}

/** Ranges and a capacity both: the ranges must hold it. */
function checkFit(ranges: Ranges, wanted: Capacity): Reason | undefined {
  const { nodes, clusters, scarce } = fitOf(ranges, podsPerNode)
  const needed = planRanges(inAll(wanted), podsPerNode)
  const short = (of: keyof Capacity, name: keyof Ranges, holds: number): Reason =>
    refusal('INVALID_PARAMETER_VALUE', `"data.ranges.${name}" is too small for "data.capacity"`, {
      field: `data.ranges.${name}`,
      got: `${ranges[name]}, which holds ${holds} ${of}`,
      allowed: `a range for ${wanted[of]} ${of}: a /${needed[name].split('/')[1]} or larger`,
      mend: 'leave out "data.ranges" to have them planned, or "data.capacity"',
    })
  if (nodes < wanted.nodes + systemNodes) {
    return short('nodes', scarce, Math.max(0, nodes - systemNodes))
  }
  return clusters < wanted.clusters ? short('clusters', 'services', clusters) : undefined
}

function checkRanges(ranges: Ranges): Reason | undefined {
  const blocks = new Map<string, Block>()
  for (const name of ['nodes', 'pods', 'services'] as const) {
    const [shortest, longest] = PREFIXES[name]
    const prefix = Number(ranges[name].split('/')[1])
    const block = blockOf(ranges[name])
    if (!block || prefix < shortest || prefix > longest) return badRange(name, ranges[name])
    if (PROHIBITED.some((range) => meets(block, range))) return prohibited(name, ranges[name])
    for (const [other, taken] of blocks) {
      if (overlap(block, taken)) return overlapping(name, ranges[name], other)
    }
    blocks.set(name, block)
  }
  return undefined
}

function meets(block: Block, cidr: string): boolean {
  const other = blockOf(cidr)
  return other !== undefined && overlap(block, other)
}

function badRange(name: keyof Ranges, got: string): Reason {
  const [shortest, longest] = PREFIXES[name]
  return refusal('INVALID_PARAMETER_VALUE', `"data.ranges.${name}" cannot be used`, {
    field: `data.ranges.${name}`,
    got,
    allowed: `an IPv4 range from /${shortest} to /${longest} that begins at its own first address`,
    mend: `for example ${DEFAULT_RANGES[name]}`,
  })
}

function prohibited(name: string, got: string): Reason {
  return refusal('INVALID_PARAMETER_VALUE', `"data.ranges.${name}" cannot be used in a network`, {
    field: `data.ranges.${name}`,
    got,
    allowed: `anything outside ${PROHIBITED.join(', ')}`,
    mend: 'choose private addresses, such as those of 10.0.0.0/8 or 100.64.0.0/10',
  })
}

function overlapping(name: string, got: string, other: string): Reason {
  return refusal('INVALID_PARAMETER_VALUE', `"data.ranges.${name}" overlaps with "${other}"`, {
    field: `data.ranges.${name}`,
    got,
    allowed: 'three ranges without a common address',
    mend: `move one of "${name}" and "${other}"`,
  })
}
