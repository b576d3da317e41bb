// How large the pods of a cluster are: chosen by role and machine type (R12), never by the customer.
import { machineType } from '../catalog/machine-types.ts'
import { reasonOf } from '../domain/reasons/reason.ts'
import { podSize, type PodSize, type Role } from '../domain/sizing.ts'
import { PermanentError } from './step.ts'

/**
 * `isSmaller`: one step, because the usual size did not fit (rule *room*). Requests are checked before they are accepted, so
 * a refusal here means that the catalogue has changed since, or that a step smaller is too small.
 */
export function sparkSize(name: string, role: Role, isSmaller: boolean | undefined): PodSize {
  const machine = machineType(name)
  const size = machine && podSize(machine, role, { stepDown: isSmaller === true })
  if (size && !('reason' in size)) return size
  const why = size?.message ?? 'not in the catalogue'
  throw new PermanentError(reasonOf('UNSUPPORTED_INSTANCE_TYPE', { role, machine_type: name, why }))
}
