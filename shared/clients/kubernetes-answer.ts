// What a Kubernetes API answered, as JSON or as the error that the port throws; and what only something in between, such as
// a load balancer, can have said in its place.
import { CallError } from '../call-error.ts'
import type { HttpAnswer } from './kubernetes-connection.ts'
import { callErrorOf } from './kubernetes-errors.ts'

/** The API server speaks JSON, and of paths that it does not know plain text; never HTML. */
export function isForeignPage({ text }: Pick<HttpAnswer, 'text'>): boolean {
  return /^\s*</.test(text)
}

function unreadable(what: string, mutates: boolean, why: string, cause?: unknown): CallError {
  return new CallError(mutates ? 'unknown-outcome' : 'unavailable', `${what}: ${why}`, { cause })
}

interface StatusDetails {
  readonly retryAfterSeconds?: number
  readonly causes?: readonly { readonly field?: string }[]
}

/** The error of an answer that is no success. */
export function refusalOf(answer: HttpAnswer, what: string, mutates: boolean): CallError {
  const { status: code, text } = answer
  let said: { reason?: string; message?: string; details?: StatusDetails } = {}
  try {
    // `null` is JSON too.
    said = (JSON.parse(text) ?? {}) as typeof said
  } catch {
    // Its text is all there is.
  }
  const message = said.message ?? `HTTP ${code} ${text.slice(0, 200)}`
  // Nothing is known of the object, least of all that it is gone.
  if (code === 404 && isForeignPage(answer)) return unreadable(what, mutates, message)
  const retryAfterSeconds = answer.retryAfterSeconds ?? said.details?.retryAfterSeconds
  const refusal = { code, reason: said.reason ?? '', message: `${what}: ${message}` }
  const causes = said.details?.causes
  return callErrorOf({ ...refusal, retryAfterSeconds, causes }, mutates)
}

/** The object that a success carries. */
export function parsedAnswer(answer: HttpAnswer, what: string, mutates: boolean): object {
  let value: unknown
  try {
    value = JSON.parse(answer.text)
  } catch (cause) {
    throw unreadable(what, mutates, 'the answer is no JSON', cause)
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw unreadable(what, mutates, 'the answer is no JSON object')
}
