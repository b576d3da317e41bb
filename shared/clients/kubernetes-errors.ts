// What a Kubernetes API says when it refuses, mapped once to the kinds that callers can act on.
// The reason decides before the code: 409 is two different answers.
import { CallError, type CallErrorKind } from '../call-error.ts'

/** The parts of a `Status` answer that matter here. */
export interface KubernetesRefusal {
  readonly code: number
  readonly reason: string
  readonly message: string
  readonly retryAfterSeconds?: number | undefined
  /** What is wrong, by field. */
  readonly causes?: readonly { readonly field?: string }[] | undefined
}

const kindByReason: Readonly<Record<string, CallErrorKind>> = {
  AlreadyExists: 'exists',
  Conflict: 'conflict',
  NotFound: 'not-found',
  Forbidden: 'denied',
  Unauthorized: 'denied',
  Invalid: 'invalid',
  Expired: 'expired',
  Gone: 'expired',
  TooManyRequests: 'rate',
}

const kindByCode: Readonly<Record<number, CallErrorKind>> = {
  400: 'invalid',
  401: 'denied',
  403: 'denied',
  404: 'not-found',
  405: 'invalid',
  406: 'invalid',
  409: 'conflict',
  410: 'expired',
  413: 'invalid',
  415: 'invalid',
  422: 'invalid',
  429: 'rate',
  503: 'unavailable',
}

/**
 * The kind of a refusal. A server error after a mutation was sent says nothing about whether it was done, except 503:
 * the API server sends that before it begins.
 */
function refusalKind(refusal: KubernetesRefusal, mutates: boolean): CallErrorKind {
  // A patch for another life of the object: told as a field that cannot change, where a PUT is a conflict.
  if (refusal.causes?.some(({ field }) => field === 'metadata.uid')) return 'conflict'
  const known = kindByReason[refusal.reason] ?? kindByCode[refusal.code]
  if (known) return known
  return mutates ? 'unknown-outcome' : 'unavailable'
}

/** The refusal as the error that the port throws. */
export function callErrorOf(refusal: KubernetesRefusal, mutates: boolean): CallError {
  const { retryAfterSeconds } = refusal
  const kind = refusalKind(refusal, mutates)
  if (retryAfterSeconds === undefined) return new CallError(kind, refusal.message)
  return new CallError(kind, refusal.message, { retryAfterMs: retryAfterSeconds * 1000 })
}
