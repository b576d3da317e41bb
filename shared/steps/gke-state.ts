// What a GKE cluster's or pool's state means to us. Only what runs is there; what is being removed or has failed never is.
import { reasonOf } from '../domain/reasons/reason.ts'
import type { StatusCondition } from '../google-cloud.ts'
import { reasonInWords } from './google-reason.ts'
import { PermanentError } from './step.ts'

/** Made, but broken: GKE removes it by itself, and we take down what needed it. */
export function broken(
  what: string,
  conditions: readonly StatusCondition[] | undefined,
): PermanentError {
  const [condition] = conditions ?? []
  const text = condition?.message ?? 'ERROR'
  const known = reasonInWords(`${what}: ${[condition?.code, text].filter(Boolean).join(': ')}`)
  return new PermanentError(
    known ?? reasonOf('CLOUD_PROVIDER_LAUNCH_FAILURE', { what, gcp_error_message: text }),
  )
}
