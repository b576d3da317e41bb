// What Compute refuses at once in an insert: names, references, ranges that overlap, rules that say nothing.
import type {
  ComputeFirewall,
  ComputeNetwork,
  ComputeRouter,
  ComputeSubnetwork,
  NetworkCollection,
  NetworkResources,
} from '../../../../shared/google-cloud.ts'
import { Refusal } from '../refusal.ts'
import { type AddressRange, addressRange, overlaps } from './address-range.ts'
import { networkPath } from './resource-paths.ts'
import { type ResourceRow, type ResourceTable, rowsOfNetwork } from './resource-table.ts'

export interface InsertContext {
  readonly table: ResourceTable
  readonly project: string
  readonly region: string
}

const NAME = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/

function invalid(field: string, value: unknown, why: string): Refusal {
  return new Refusal(
    'invalid',
    'invalid',
    `Invalid value for field 'resource.${field}': '${String(value)}'. ${why}`,
  )
}

/** Throws `invalid`, or `busy` when a resource that this one builds on is not ready. */
export function validateResource<C extends NetworkCollection>(
  collection: C,
  resource: NetworkResources[C],
  context: InsertContext,
): void {
  if (!NAME.test(resource.name))
    throw invalid(
      'name',
      resource.name,
      "Must be a match of regex '(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)'",
    )
  // One of the four types; the collection says which.
  const validators: { [K in NetworkCollection]: () => void } = {
    networks: () => validateNetwork(resource as ComputeNetwork),
    subnetworks: () => validateSubnetwork(resource as ComputeSubnetwork, context),
    routers: () => validateRouter(resource as ComputeRouter, context),
    firewalls: () => validateFirewall(resource as ComputeFirewall, context),
  }
  validators[collection]()
}

function validateNetwork(network: ComputeNetwork): void {
  const { mtu } = network
  if (mtu !== undefined && (mtu < 1300 || mtu > 8896))
    throw invalid('mtu', mtu, 'Must be between 1300 and 8896, inclusive.')
}

/** The path of the referenced network, which must exist and be ready. */
function requireNetwork(reference: string, { table, project }: InsertContext): string {
  const path = networkPath(project, reference)
  const row = table.get(path)
  if (!row) throw invalid('network', reference, 'The referenced network resource cannot be found.')
  if (row.phase !== 'ready')
    throw new Refusal('busy', 'resourceNotReady', `The resource '${path}' is not ready`)
  return path
}

export function networkOfRow(row: ResourceRow): string | undefined {
  return 'network' in row.resource ? networkPath(row.project, row.resource.network) : undefined
}

function rangesOf(subnetwork: ComputeSubnetwork): { field: string; cidr: string }[] {
  return [
    { field: 'ipCidrRange', cidr: subnetwork.ipCidrRange },
    ...(subnetwork.secondaryIpRanges ?? []).map((range, index) => ({
      field: `secondaryIpRanges[${index}].ipCidrRange`,
      cidr: range.ipCidrRange,
    })),
  ]
}

function validateSubnetwork(subnetwork: ComputeSubnetwork, context: InsertContext): void {
  const network = requireNetwork(subnetwork.network, context)
  const taken: { range: AddressRange; owner: string }[] = rowsOfNetwork(
    context.table,
    'subnetworks',
    network,
    networkOfRow,
  ).flatMap((row) =>
    rangesOf(row.resource).flatMap(({ cidr }) => {
      const range = addressRange(cidr)
      const owner = `existing subnetwork '${row.resource.name}' in region '${row.region}'`
      return range ? [{ range, owner }] : []
    }),
  )
  for (const { field, cidr } of rangesOf(subnetwork)) {
    const range = addressRange(cidr)
    if (!range) throw invalid(field, cidr, 'Must be an IPv4 range in CIDR notation.')
    if (range.prefix < 4 || range.prefix > 29)
      throw invalid(field, cidr, 'Must be between /4 and /29, inclusive.')
    const clash = taken.find((other) => overlaps(range, other.range))
    if (clash)
      throw invalid(field, cidr, `Invalid IPCidrRange: ${cidr} conflicts with ${clash.owner}.`)
    taken.push({ range, owner: `range '${cidr}' of the same subnetwork` })
  }
  const names = (subnetwork.secondaryIpRanges ?? []).map((range) => range.rangeName)
  const twice = names.find((name, index) => !NAME.test(name) || names.indexOf(name) !== index)
  if (twice !== undefined)
    throw invalid('secondaryIpRanges', twice, 'Range names must be valid and different.')
}

function validateRouter(router: ComputeRouter, context: InsertContext): void {
  const network = requireNetwork(router.network, context)
  if (router.nats.length === 0) return
  const other = rowsOfNetwork(context.table, 'routers', network, networkOfRow).find(
    (row) => row.region === context.region && row.resource.nats.length > 0,
  )
  // Each NAT here covers all subnetworks, which excludes any other in the same network and region.
  if (other ?? router.nats[1])
    throw invalid(
      'nats',
      router.nats[0]?.name,
      `Only one NAT of a network and region may have sourceSubnetworkIpRangesToNat ALL_SUBNETWORKS_ALL_IP_RANGES; ${other?.resource.name ?? router.name} has it.`,
    )
}

function validateFirewall(firewall: ComputeFirewall, context: InsertContext): void {
  requireNetwork(firewall.network, context)
  const { allowed, denied, priority, direction, sourceRanges, destinationRanges } = firewall
  if (!Number.isInteger(priority) || priority < 0 || priority > 65_535)
    throw invalid('priority', priority, 'Must be between 0 and 65535, inclusive.')
  if ((allowed ?? []).length > 0 === (denied ?? []).length > 0)
    throw invalid('allowed', '', 'Exactly one of allowed and denied must be specified.')
  if (direction === 'EGRESS' && sourceRanges)
    throw invalid('sourceRanges', sourceRanges, 'Not permitted on an EGRESS rule.')
  if (direction === 'INGRESS' && destinationRanges && !sourceRanges)
    throw invalid('destinationRanges', destinationRanges, 'An INGRESS rule needs sourceRanges.')
  for (const cidr of [...(sourceRanges ?? []), ...(destinationRanges ?? [])])
    if (!addressRange(cidr)) throw invalid('sourceRanges', cidr, 'Must be a valid CIDR range.')
}
