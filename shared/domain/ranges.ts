// Address ranges of a workspace's subnet (rule *ranges*): from the most machines at once to CIDR ranges, and back from given
// ranges to the machines that fit. Pure arithmetic on IPv4; knows no network.
import type { WorkspaceSpec } from './entity.ts'

export type Ranges = WorkspaceSpec['ranges']

/** The most that a workspace is to hold at once. */
export interface Capacity {
  /** Machines of the GKE cluster, its own among them. */
  readonly nodes: number
  readonly clusters: number
}

/** From the first to the last address, as numbers. */
export interface Block {
  readonly first: number
  readonly last: number
}

/** What a range can be: the shortest and the longest prefix. GKE takes services of /16 at most. */
export const PREFIXES: Readonly<
  Record<keyof Ranges, readonly [shortest: number, longest: number]>
> = { nodes: [16, 26], pods: [9, 18], services: [16, 24] }

/** Of each subnet's own range: network, gateway, the second last and the last address. */
const RESERVED_BY_GOOGLE = 4

/** Addresses of services for what GKE and Kindling run themselves, generously. */
const OWN_SERVICES = 64

/** Where planned ranges lie: shared address space, which customers' own networks hardly ever use. */
const SPACE: Block = { first: 0x64_40_00_00, last: 0x64_7f_ff_ff }

/** No subnet of a VPC may have addresses of these. Source: VPC documentation, "Subnets", prohibited IPv4 ranges. */
export const PROHIBITED = [
  '0.0.0.0/8',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '199.36.153.4/30',
  '199.36.153.8/30',
  '224.0.0.0/4',
  '255.255.255.255/32',
] as const

/** Undefined unless it is written as GCP wants it: four numbers, and a first address that fits the prefix. */
export function blockOf(cidr: string): Block | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr)
  if (!match) return undefined
  const [a = 256, b = 256, c = 256, d = 256, prefix = 33] = match.slice(1).map(Number)
  if (Math.max(a, b, c, d) > 255 || prefix > 32) return undefined
  const first = ((a * 256 + b) * 256 + c) * 256 + d
  const size = 2 ** (32 - prefix)
  return first % size === 0 ? { first, last: first + size - 1 } : undefined
}

export function overlap(one: Block, other: Block): boolean {
  return one.first <= other.last && other.first <= one.last
}

export const sizeOf = ({ first, last }: Block): number => last - first + 1

/** GKE gives each node twice its pods in addresses, rounded up to a power of two: 32 pods take a /26. */
export function addressesPerNode(podsPerNode: number): number {
  return 2 ** Math.ceil(Math.log2(2 * podsPerNode))
}

export interface Fit extends Capacity {
  /** The range that holds fewer nodes than the other. */
  readonly scarce: 'nodes' | 'pods'
}

/** How much fits into ranges. Throws `RangeError` for what is no range: check them first. */
export function fitOf(ranges: Ranges, podsPerNode: number): Fit {
  const size = (name: keyof Ranges): number => {
    const block = blockOf(ranges[name])
    if (!block) throw new RangeError(`${name}: "${ranges[name]}" is no IPv4 range`)
    return sizeOf(block)
  }
  const byNodes = Math.max(0, size('nodes') - RESERVED_BY_GOOGLE)
  const byPods = Math.floor(size('pods') / addressesPerNode(podsPerNode))
  return {
    nodes: Math.min(byNodes, byPods),
    clusters: Math.max(0, size('services') - OWN_SERVICES),
    scarce: byNodes < byPods ? 'nodes' : 'pods',
  }
}

/** The smallest ranges that hold so much, one after another. Throws `RangeError` when nothing can. */
export function planRanges({ nodes, clusters }: Capacity, podsPerNode: number): Ranges {
  const wanted = {
    nodes: nodes + RESERVED_BY_GOOGLE,
    pods: nodes * addressesPerNode(podsPerNode),
    services: clusters + OWN_SERVICES,
  }
  const names = ['pods', 'nodes', 'services'] as const
  const sized = names.map((name) => ({ name, prefix: prefixFor(name, wanted[name]) }))
  const planned: Record<keyof Ranges, string> = { nodes: '', pods: '', services: '' }
  let first = SPACE.first
  // The largest first: each then begins at a multiple of its own size.
  for (const { name, prefix } of sized.sort((one, other) => one.prefix - other.prefix)) {
    planned[name] = `${dotted(first)}/${prefix}`
    first += 2 ** (32 - prefix)
  }
  if (first > SPACE.last + 1) throw new RangeError(`${nodes} nodes: more than ${SPACE_TEXT} holds`)
  return planned
}

/** The longest prefix, within what the range can be, that holds so many addresses. */
function prefixFor(name: keyof Ranges, addresses: number): number {
  const [shortest, longest] = PREFIXES[name]
  const prefix = Math.min(longest, 32 - Math.ceil(Math.log2(addresses)))
  if (prefix < shortest) throw new RangeError(`${name}: ${addresses} addresses are too many`)
  return prefix
}

function dotted(address: number): string {
  return [24, 16, 8, 0].map((bits) => Math.floor(address / 2 ** bits) % 256).join('.')
}

const SPACE_TEXT = `${dotted(SPACE.first)}/10`
