// What a GKE cluster's or pool's state means to us. Only what runs is there; what is being removed or has failed never is.
import type { Reason } from '../../events/lifecycle.ts'
import type { StatusCondition } from '../google-cloud.ts'
import { PermanentError } from './step.ts'

/** GKE's codes for why something failed, as users' tools know them. */
const CODES: Readonly<Record<string, Pick<Reason, 'code' | 'type'>>> = {
  GCE_STOCKOUT: { code: 'GCP_INSUFFICIENT_CAPACITY', type: 'CLOUD_FAILURE' },
  GCE_QUOTA_EXCEEDED: { code: 'GCP_QUOTA_EXCEEDED', type: 'CLOUD_FAILURE' },
  GKE_SERVICE_ACCOUNT_DELETED: { code: 'GCP_SERVICE_ACCOUNT_DELETED', type: 'CLIENT_ERROR' },
  CLOUD_KMS_KEY_ERROR: { code: 'GCP_KMS_KEY_PERMISSION_DENIED', type: 'CLIENT_ERROR' },
}

/** Made, but broken: GKE removes it by itself, and we take down what needed it. */
export function broken(
  what: string,
  conditions: readonly StatusCondition[] | undefined,
): PermanentError {
  const [condition] = conditions ?? []
  const known = CODES[condition?.code ?? ''] ?? {
    code: 'CLOUD_PROVIDER_LAUNCH_FAILURE',
    type: 'CLOUD_FAILURE' as const,
  }
  return new PermanentError({ ...known, message: `${what}: ${condition?.message ?? 'ERROR'}` })
}
