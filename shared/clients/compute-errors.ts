// What the Compute API says when it refuses, mapped once to the kinds that callers can act on.
import { CallError, type CallErrorKind } from '../call-error.ts'

const BY_REASON: Readonly<Record<string, CallErrorKind>> = {
  alreadyExists: 'exists',
  notFound: 'not-found',
  resourceNotReady: 'busy',
  resourceInUseByAnotherResource: 'busy',
  resourceInUse: 'busy',
  conditionNotMet: 'conflict',
  rateLimitExceeded: 'rate',
  userRateLimitExceeded: 'rate',
  concurrentOperationsQuotaExceeded: 'rate',
  quotaExceeded: 'quota',
  forbidden: 'denied',
  accessNotConfigured: 'denied',
  invalid: 'invalid',
  required: 'invalid',
  badRequest: 'invalid',
}

const BY_STATUS: Readonly<Record<number, CallErrorKind>> = {
  400: 'invalid',
  401: 'denied',
  403: 'denied',
  404: 'not-found',
  409: 'exists',
  412: 'conflict',
  429: 'rate',
}

/** Refusals of too many calls a minute come as 403 with this text (GCP facts 6.1). */
const RATE_TEXT = /Quota exceeded for quota metric .* per minute|CONCURRENT_OPERATIONS_QUOTA/

/** The call never left: nothing was done. */
const NOT_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'])

/** The parts of what the HTTP client throws that are read. */
interface HttpError {
  readonly code?: unknown
  readonly cause?: unknown
  readonly message?: string
  readonly response?: {
    readonly status?: number
    readonly headers?: { get?(name: string): string | null }
    readonly data?: {
      readonly error?: {
        readonly message?: string
        readonly errors?: { readonly reason?: string }[]
      }
    }
  }
}

export function computeErrorKind(
  answer: { readonly status: number; readonly reason?: string | undefined; readonly text: string },
  mutates: boolean,
): CallErrorKind {
  if (RATE_TEXT.test(answer.text)) return 'rate'
  // Compute always names a reason: a 404 without one is a page of something in between, and says nothing of the resource.
  const known =
    BY_REASON[answer.reason ?? ''] ??
    (answer.status === 404 && answer.reason === undefined ? undefined : BY_STATUS[answer.status])
  if (known) return known
  return mutates ? 'unknown-outcome' : 'unavailable'
}

/** `call`: what was asked for and where, for the message. */
export function computeCallError(thrown: unknown, call: string, mutates: boolean): CallError {
  if (thrown instanceof CallError) return thrown
  // Whatever is thrown, only these fields are read.
  const error = (thrown ?? {}) as HttpError
  const { response } = error
  if (response?.status === undefined) {
    const kind = mutates && !wasNotSent(error) ? 'unknown-outcome' : 'unavailable'
    return new CallError(kind, `${call}: ${error.message ?? String(thrown)}`, { cause: thrown })
  }
  const body = response.data?.error
  const text = body?.message ?? error.message ?? `HTTP ${response.status}`
  const answer = { status: response.status, reason: body?.errors?.[0]?.reason, text }
  const seconds = Number(response.headers?.get?.('retry-after') ?? Number.NaN)
  return new CallError(computeErrorKind(answer, mutates), `${call}: ${text}`, {
    cause: thrown,
    ...(Number.isFinite(seconds) ? { retryAfterMs: seconds * 1000 } : {}),
  })
}

function wasNotSent(error: HttpError): boolean {
  let inner: unknown = error
  for (let depth = 0; depth < 5 && inner !== null && typeof inner === 'object'; depth++) {
    const { code, cause } = inner as HttpError
    if (typeof code === 'string' && NOT_SENT.has(code)) return true
    inner = cause
  }
  return false
}
