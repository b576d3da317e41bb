// What a cluster request must satisfy beyond its schema: machines and runtimes that exist, and that Spark can run on.
import type { ClusterRequested } from '../../events/cluster-requested.ts'
import type { Reason } from '../../events/lifecycle.ts'
import { machineType, nearestMachineTypes } from '../catalog/machine-types.ts'
import { runtime, runtimes } from '../catalog/runtimes.ts'
import { podSize, type Role } from '../domain/sizing.ts'
import { refusal } from './refusal.ts'

export function checkCluster(wanted: ClusterRequested): Reason | undefined {
  return (
    checkMachine('driver', wanted.driver.machineType) ??
    checkMachine('executor', wanted.executors.machineType) ??
    checkRuntime(wanted.runtime)
  )
}

function checkMachine(role: Role, name: string): Reason | undefined {
  const field = `data.${role === 'driver' ? 'driver' : 'executors'}.machineType`
  const machine = machineType(name)
  if (!machine) {
    return refusal('INVALID_PARAMETER_VALUE', 'Kindling does not know this machine type', {
      field,
      got: name,
      allowed: 'a machine type of the catalogue (shared/catalog/machine-types.ts)',
      mend: `did you mean ${nearestMachineTypes(name).join(', ')}?`,
    })
  }
  const size = podSize(machine, role)
  if (!('reason' in size)) return undefined
  return refusal(
    'INVALID_PARAMETER_VALUE',
    `${name} cannot carry a Spark ${role}: ${size.message}`,
    {
      field,
      got: name,
      allowed: 'a machine with room for Spark beside the services of its node',
      mend: 'choose a machine type with more memory or CPUs',
    },
  )
}

function checkRuntime(key: string): Reason | undefined {
  if (runtime(key)) return undefined
  return refusal('INVALID_PARAMETER_VALUE', 'Kindling does not know this runtime', {
    field: 'data.runtime',
    got: key,
    allowed: runtimes.map((runtime) => runtime.key).join(', '),
    mend: 'choose one of the runtimes listed',
  })
}

/** A named zone must lie in the workspace's region. */
export function checkZone(zone: string, zones: readonly string[]): Reason | undefined {
  if (zone === 'auto' || zone === 'HA' || zones.includes(zone)) return undefined
  return refusal('INVALID_PARAMETER_VALUE', "the zone is not one of the workspace's region", {
    field: 'data.zone',
    got: zone,
    allowed: ['auto', 'HA', ...zones].join(', '),
    mend: 'leave "zone" out to let Kindling choose',
  })
}
