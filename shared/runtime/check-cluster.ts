// What a cluster request must satisfy beyond its schema: machines and runtimes that exist, and that Spark can run on.
import type { ClusterSettings } from '../../events/cluster-requested.ts'
import type { Reason } from '../../events/lifecycle.ts'
import { machineType, nearestMachineTypes } from '../catalog/machine-types.ts'
import { isWithdrawn, offeredRuntimes, runtime } from '../catalog/runtimes.ts'
import { podSize, type Role } from '../domain/sizing.ts'
import { refusal } from './refusal.ts'

/** `place`: where the settings stand in the message. `now`: runtimes are withdrawn some day. */
export function checkCluster(
  wanted: ClusterSettings,
  now: number,
  place = 'data',
): Reason | undefined {
  const { driver, executors } = wanted
  return (
    checkMachine('driver', driver.machineType, `${place}.driver.machineType`) ??
    checkMachine('executor', executors.machineType, `${place}.executors.machineType`) ??
    checkRuntime(wanted.runtime, now, `${place}.runtime`)
  )
}

/** Whether Kindling knows a machine type, and Spark has room on it. */
export function checkMachine(role: Role, name: string, field: string): Reason | undefined {
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

function checkRuntime(key: string, now: number, field: string): Reason | undefined {
  const known = runtime(key)
  if (known && !isWithdrawn(known, now)) return undefined
  const message = known
    ? `this runtime was withdrawn on ${known.withdrawnOn}`
    : 'Kindling does not know this runtime'
  return refusal('INVALID_PARAMETER_VALUE', message, {
    field,
    got: key,
    allowed: offeredRuntimes(now)
      .map((each) => each.key)
      .join(', '),
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
