// google.rpc.Code for each kind of refusal, as the container API answers it (GCP facts 1.4).
import type { CallErrorKind } from '../../../../shared/call-error.ts'

const CODES: Partial<Record<CallErrorKind, number>> = {
  invalid: 3,
  'not-found': 5,
  exists: 6,
  denied: 7,
  quota: 7,
  rate: 8,
  busy: 9,
  unavailable: 14,
}
const UNKNOWN = 2

export function rpcCode(kind: CallErrorKind): number {
  return CODES[kind] ?? UNKNOWN
}
