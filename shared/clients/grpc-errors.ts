// gRPC's status codes, mapped once to the kinds that callers can act on. For Firestore and Pub/Sub.
import { CallError, type CallErrorKind } from '../call-error.ts'

export const code = {
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  alreadyExists: 6,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  aborted: 10,
  outOfRange: 11,
  unavailable: 14,
  unauthenticated: 16,
} as const

/** The gRPC code of a vendor's error, or undefined when it has none. */
export function codeOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'number' ? error.code : undefined
}

const kinds: Readonly<Record<number, CallErrorKind>> = {
  [code.invalidArgument]: 'invalid',
  [code.notFound]: 'not-found',
  [code.alreadyExists]: 'exists',
  [code.permissionDenied]: 'denied',
  [code.resourceExhausted]: 'rate',
  /** Of a query: it lacks an index, and the message says which. */
  [code.failedPrecondition]: 'invalid',
  [code.aborted]: 'unavailable',
  [code.outOfRange]: 'invalid',
  [code.unauthenticated]: 'denied',
}

/** The connection was never made, so nothing can have been done. */
const NOT_SENT = /no connection established|name resolution failed|ECONNREFUSED/i

/** `writes`: whether the call may have changed something before it was cut off. */
export function grpcCallError(error: unknown, action: string, writes: boolean): CallError {
  if (error instanceof CallError) return error
  const text = error instanceof Error ? error.message : String(error)
  const cutOff = writes && !NOT_SENT.test(text) ? 'unknown-outcome' : 'unavailable'
  const kind = kinds[codeOf(error) ?? -1] ?? cutOff
  return new CallError(kind, `${action}: ${text}`, { cause: error })
}
