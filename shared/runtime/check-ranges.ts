// The address ranges of a workspace's subnet: defaults, and what would not work (rule *ranges*).
import type { Reason } from '../../events/lifecycle.ts'
import type { WorkspaceSpec } from '../domain/entity.ts'
import { refusal } from './refusal.ts'

/** Room for 8,192 nodes of 32 pods: a /26 each out of a /13. */
export const DEFAULT_RANGES: WorkspaceSpec['ranges'] = {
  nodes: '10.0.0.0/19',
  pods: '100.64.0.0/13',
  services: '100.72.0.0/20',
}

/** Largest and smallest prefix that each range may have. */
const PREFIXES = { nodes: [16, 26], pods: [9, 18], services: [16, 24] } as const

/** No subnet of a VPC may have addresses of these (Google's prohibited IPv4 ranges). */
const PROHIBITED = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4'] as const

interface Block {
  readonly first: number
  readonly last: number
}

export function checkRanges(ranges: WorkspaceSpec['ranges']): Reason | undefined {
  const blocks = new Map<string, Block>()
  for (const name of ['nodes', 'pods', 'services'] as const) {
    const [least, most] = PREFIXES[name]
    const block = blockOf(ranges[name], least, most)
    if (!block) return badRange(name, ranges[name], least, most)
    if (PROHIBITED.some((range) => meet(block, blockOf(range, 0, 32)))) {
      return prohibited(name, ranges[name])
    }
    for (const [other, taken] of blocks) {
      if (meet(block, taken)) return overlap(name, ranges[name], other)
    }
    blocks.set(name, block)
  }
  return undefined
}

function blockOf(cidr: string, least: number, most: number): Block | undefined {
  const [address = '', bits = ''] = cidr.split('/')
  const octets = address.split('.').map(Number)
  const prefix = Number(bits)
  if (octets.length !== 4 || octets.some((octet) => octet > 255)) return undefined
  if (prefix < least || prefix > most) return undefined
  const first = octets.reduce((sum, octet) => sum * 256 + octet, 0)
  const size = 2 ** (32 - prefix)
  return first % size === 0 ? { first, last: first + size - 1 } : undefined
}

function meet(one: Block, other: Block | undefined): boolean {
  return other !== undefined && one.first <= other.last && other.first <= one.last
}

function badRange(
  name: keyof WorkspaceSpec['ranges'],
  got: string,
  least: number,
  most: number,
): Reason {
  return refusal('INVALID_PARAMETER_VALUE', `"data.ranges.${name}" cannot be used`, {
    field: `data.ranges.${name}`,
    got,
    allowed: `an IPv4 range from /${least} to /${most} that begins at its own first address`,
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

function overlap(name: string, got: string, other: string): Reason {
  return refusal('INVALID_PARAMETER_VALUE', `"data.ranges.${name}" overlaps with "${other}"`, {
    field: `data.ranges.${name}`,
    got,
    allowed: 'three ranges without a common address',
    mend: `move one of "${name}" and "${other}"`,
  })
}
