// Calls to the loopback's JSON servers: never without a limit, and every failure a CallError that names the address.
import type { Clock } from '../../../shared/ports.ts'
import { CallError, type CallErrorKind } from '../../../shared/call-error.ts'

export interface LoopbackCall {
  /** `http://127.0.0.1:PORT/path?query`. */
  readonly url: string
  /** Sent as JSON by POST; without it the call is a GET. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

const LIMIT_MS = 10_000

/** Answers the parsed JSON. Throws the kind that the server named, or `unavailable`. */
export async function callLoopback(
  clock: Clock,
  { url, body, headers = {} }: LoopbackCall,
  limitMs = LIMIT_MS,
): Promise<unknown> {
  const over = new AbortController()
  const callOff = clock.after(limitMs, () =>
    over.abort(new Error(`no answer within ${limitMs} ms`)),
  )
  try {
    const response = await fetch(url, {
      signal: over.signal,
      headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (response.ok) return text === '' ? undefined : JSON.parse(text)
    throw refusalOf(url, response.status, text)
  } catch (error) {
    if (error instanceof CallError) throw error
    throw new CallError('unavailable', `${url} does not answer: ${reasonOf(error)}`)
  } finally {
    callOff()
  }
}

/** What fetch says at length, in the system's own word where there is one. */
function reasonOf(error: unknown): string {
  const { cause } = error as { cause?: { code?: string } }
  if (cause?.code) return cause.code
  return error instanceof Error ? error.message : String(error)
}

function refusalOf(url: string, status: number, text: string): CallError {
  try {
    const { error } = JSON.parse(text) as { error?: { kind?: CallErrorKind; message?: string } }
    if (error?.kind && error.message) return new CallError(error.kind, error.message)
  } catch {
    /** Not a server of ours. */
  }
  return new CallError('unavailable', `${url} answered ${status}: ${text.slice(0, 200)}`)
}
