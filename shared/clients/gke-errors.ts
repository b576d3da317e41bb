// What the container API says when it refuses, mapped once to the kinds that callers can act on.
import { CallError, type CallErrorKind } from '../call-error.ts'

/** google.rpc.Code, as far as it says something by itself. */
const KINDS: Readonly<Record<number, CallErrorKind>> = {
  3: 'invalid',
  5: 'not-found',
  6: 'exists',
  7: 'denied',
  8: 'rate',
  9: 'busy',
  10: 'conflict',
  16: 'denied',
}
const CANCELLED_BY_US = 1
const PERMISSION_DENIED = 7
const RESOURCE_EXHAUSTED = 8
const UNAVAILABLE = 14

/** The call never left: nothing was done. */
const NOT_SENT = /No connection established|ECONNREFUSED|Name resolution failed|ENOTFOUND/

/** Compute's quota comes as PERMISSION_DENIED or RESOURCE_EXHAUSTED, and only the text tells. */
const QUOTA = /Insufficient (regional |project )?quota|QUOTA_EXCEEDED/i
const STOCK_OUT = /STOCKOUT|RESOURCE_POOL_EXHAUSTED/

/** A gRPC error as Google's client throws it. */
export interface RpcError {
  readonly code?: number | undefined
  /** The server's text, without the code's name. */
  readonly details?: string | undefined
  readonly message?: string | undefined
  readonly statusDetails?: unknown
}

export function gkeErrorKind(error: RpcError, mutates: boolean): CallErrorKind {
  const text = error.details ?? error.message ?? ''
  const { code = CANCELLED_BY_US } = error
  if (code === RESOURCE_EXHAUSTED && STOCK_OUT.test(text)) return 'stock-out'
  if ((code === PERMISSION_DENIED || code === RESOURCE_EXHAUSTED) && QUOTA.test(text))
    return 'quota'
  const known = KINDS[code]
  if (known) return known
  if (!mutates || (code === UNAVAILABLE && NOT_SENT.test(text))) return 'unavailable'
  return 'unknown-outcome'
}

/** `call`: what was asked for and where, for the message. */
export function gkeCallError(thrown: unknown, call: string, mutates: boolean): CallError {
  if (thrown instanceof CallError) return thrown
  // Whatever is thrown, only these fields are read.
  const error = (thrown ?? {}) as RpcError
  const text = error.details ?? error.message ?? String(thrown)
  const retryAfterMs = retryDelay(error.statusDetails)
  return new CallError(gkeErrorKind(error, mutates), `${call}: ${text}`, {
    cause: thrown,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  })
}

/** google.rpc.RetryInfo among the details, in milliseconds. */
function retryDelay(details: unknown): number | undefined {
  if (!Array.isArray(details)) return undefined
  for (const { retryDelay: delay } of details as { retryDelay?: { seconds?: unknown } }[])
    if (delay) return Number(delay.seconds ?? 0) * 1000
  return undefined
}
