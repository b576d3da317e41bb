// Whether the warm nodes that a workspace asks for can be had and paid: machines that Spark runs on, zones of the region,
// each once, and a budget for all of them at list price.
import type { Reason } from '../../events/lifecycle.ts'
import type { WorkspaceRequested } from '../../events/workspace-requested.ts'
import { ratesOf } from '../catalog/rates.ts'
import { zonesOf } from '../catalog/regions.ts'
import type { WarmNodes } from '../domain/entity.ts'
import { keptWarm, type KeptWarm } from '../domain/warm-nodes.ts'
import { checkMachine } from './check-cluster.ts'
import { refusal } from './refusal.ts'

type Asked = NonNullable<WorkspaceRequested['warm']>

export function checkWarm(
  asked: Asked,
  region: string,
  capacity: WorkspaceRequested['capacity'],
): Reason | undefined {
  const zones = zonesOf(region) ?? []
  for (const [at, { machineType, zone }] of asked.nodes.entries()) {
    const field = `data.warm.nodes.${at}`
    const fault = checkMachine('executor', machineType, `${field}.machineType`)
    if (fault) return fault
    if (zone !== undefined && !zones.includes(zone)) return otherZone(field, zone, zones)
  }
  const { nodes, monthlyBudget } = warmOf(asked, zones)
  const names = nodes.map(({ machineType, zone }) => `${machineType} in ${zone}`)
  const second = names.findIndex((name, at) => names.indexOf(name) !== at)
  if (second >= 0) return twice(second, names.indexOf(names[second] ?? ''), names[second] ?? '')
  const all = nodes.reduce((sum, { count }) => sum + count, 0)
  if (capacity && all > capacity.nodes) return tooMany(all, capacity.nodes)
  const kept = keptWarm({ nodes, monthlyBudget }, ratesOf(region))
  const unpriced = kept.findIndex(({ each }) => each === undefined)
  if (unpriced >= 0) return noPrice(unpriced, nodes[unpriced]?.machineType ?? '', region)
  return kept.some(({ count, wanted }) => count < wanted)
    ? tooDear(monthlyBudget, kept, region)
    : undefined
}

/** As the workspace keeps them: each in a zone, the region's first unless said. */
export function warmOf({ monthlyBudget, nodes }: Asked, zones: readonly string[]): WarmNodes {
  const [first = ''] = zones
  return {
    monthlyBudget,
    nodes: nodes.map(({ machineType, count, zone = first }) => ({ machineType, count, zone })),
  }
}

// --- Refusals ---------------------------------------------------------------------------------------------------

function otherZone(field: string, zone: string, zones: readonly string[]): Reason {
  return refusal('INVALID_PARAMETER_VALUE', "the zone is not one of the workspace's region", {
    field: `${field}.zone`,
    got: zone,
    allowed: zones.join(', '),
    mend: `leave "zone" out for ${zones[0]}`,
  })
}

function twice(at: number, first: number, name: string): Reason {
  return refusal('INVALID_PARAMETER_VALUE', 'warm nodes are listed twice', {
    field: `data.warm.nodes.${at}`,
    got: name,
    allowed: `machines or zones that differ; this one is data.warm.nodes.${first} already`,
    mend: 'add the two counts up in one line',
  })
}

function tooMany(all: number, capacity: number): Reason {
  return refusal('INVALID_PARAMETER_VALUE', 'more warm nodes than the workspace has room for', {
    field: 'data.warm.nodes',
    got: `${all} nodes`,
    allowed: `at most data.capacity.nodes, which is ${capacity}, with those of clusters`,
    mend: 'keep fewer nodes warm, or raise data.capacity.nodes',
  })
}

function noPrice(at: number, machineType: string, region: string): Reason {
  return refusal(
    'INVALID_PARAMETER_VALUE',
    `no list price of ${machineType} in ${region} is known`,
    {
      field: `data.warm.nodes.${at}.machineType`,
      got: machineType,
      allowed: 'a machine type with a price in shared/catalog/machine-prices.ts',
      mend: 'choose another machine type: without its price the budget cannot be kept',
    },
  )
}

const dollars = (micro: number): number => Math.ceil(micro / 1e6)

function tooDear(budget: number, kept: readonly KeptWarm[], region: string): Reason {
  const needed = kept.reduce((sum, { wanted, each = 0 }) => sum + wanted * each, 0)
  const some = kept.filter(({ count }) => count > 0)
  const allowed = some.map(({ count, machineType }) => `${count} ${machineType}`).join(', ')
  return refusal('INVALID_PARAMETER_VALUE', 'the budget does not pay for the warm nodes', {
    field: 'data.warm.monthlyBudget',
    got: `$${budget}`,
    allowed: `at least $${dollars(needed)} for a month of 31 days at list price in ${region}; $${budget} pays for ${allowed || 'no warm node at all'}`,
    mend: 'raise the budget, or keep fewer nodes warm',
  })
}
