// Whether the zones of a cluster offer its machine types: not every zone has every type.
import type { Reason } from '../../events/lifecycle.ts'
import type { ClusterSpec } from '../domain/entity.ts'
import { reasonOf } from '../domain/reasons/reason.ts'
import type { Network } from '../google-ports.ts'

type Offers = Pick<Network, 'hasMachineType'>

interface Where {
  readonly spec: ClusterSpec
  /** The zone of the cluster, or undefined for all. */
  readonly zone: string | undefined
  /** All of the workspace. */
  readonly zones: readonly string[]
}

/** One question a machine type when all is well; the other zones are asked only to tell where it could be had. */
export async function missingMachine(network: Offers, where: Where): Promise<Reason | undefined> {
  const { spec, zone, zones } = where
  const roles = [
    { role: 'driver', field: 'data.driver.machineType', type: spec.driver.machineType },
    { role: 'executor', field: 'data.executors.machineType', type: spec.executors.machineType },
  ] as const
  const types = [...new Set(roles.map(({ type }) => type))]
  const answers = await Promise.all(
    types.map(async (type) => {
      const needed = zone === undefined ? zones : [zone]
      const offering = await zonesOffering(network, type, needed)
      return { type, missing: needed.filter((each) => !offering.includes(each)) }
    }),
  )
  for (const { role, field, type } of roles) {
    const missing = answers.find((answer) => answer.type === type)?.missing ?? []
    if (missing.length === 0) continue
    const offering = await zonesOffering(network, type, zones)
    return { ...unsupported(role, type, missing, offering), field, got: type }
  }
  return undefined
}

export async function zonesOffering(
  network: Offers,
  machineType: string,
  zones: readonly string[],
): Promise<string[]> {
  const isThere = await Promise.all(zones.map((zone) => network.hasMachineType(zone, machineType)))
  return zones.filter((_, at) => isThere[at])
}

function unsupported(
  role: 'driver' | 'executor',
  machineType: string,
  missing: readonly string[],
  offering: readonly string[],
): Reason {
  const where = missing.length === 1 ? `the zone ${missing[0]} does` : `${missing.join(', ')} do`
  const reason = reasonOf('UNSUPPORTED_INSTANCE_TYPE', {
    role,
    machine_type: machineType,
    why: `${where} not offer it`,
  })
  if (offering.length === 0) return { ...reason, allowed: 'machine types that the region offers' }
  return {
    ...reason,
    allowed: `in one of these zones: ${offering.join(', ')}`,
    mend: `name a zone that offers it, such as "zone": "${offering[0]}", or take another machine type`,
  }
}
