// What Firestore answers when it refuses, mapped once to the kinds that callers can act on.
import { CallError, type CallErrorKind } from '../call-error.ts'

/** gRPC codes. */
export const code = {
  cancelled: 1,
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
export function toCallError(error: unknown, action: string, writes: boolean): CallError {
  if (error instanceof CallError) return error
  const text = error instanceof Error ? error.message : String(error)
  const known = kinds[codeOf(error) ?? -1]
  const cutOff = writes && !NOT_SENT.test(text) ? 'unknown-outcome' : 'unavailable'
  return new CallError(known ?? cutOff, `store: ${action}: ${text}`, { cause: error })
}

/** Whether a commit was refused by a condition of one of its writes. */
export function isRefusal(error: unknown): boolean {
  switch (codeOf(error)) {
    case code.alreadyExists:
    case code.failedPrecondition:
      return true
    case code.notFound:
      /** The database itself can be missing too, and that is nobody's having been first. */
      return !(error instanceof Error && /database/i.test(error.message))
    default:
      return false
  }
}
