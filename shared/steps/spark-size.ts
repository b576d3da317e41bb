// How large the pods of a cluster are: chosen by role and machine type (R12), never by the customer.
import { machineType } from '../catalog/machine-types.ts'
import { podSize, type PodSize, type Role } from '../domain/sizing.ts'
import { PermanentError } from './step.ts'

/** Requests are checked before they are accepted, so a refusal here means that the catalogue has changed since. */
export function sparkSize(name: string, role: Role): PodSize {
  const machine = machineType(name)
  const size = machine && podSize(machine, role)
  if (size && !('reason' in size)) return size
  throw new PermanentError({
    code: 'UNSUPPORTED_INSTANCE_TYPE',
    type: 'CLIENT_ERROR',
    message: `no Spark ${role} runs on "${name}": ${size?.message ?? 'not in the catalogue'}`,
    mend: 'request the cluster with another machine type',
  })
}
