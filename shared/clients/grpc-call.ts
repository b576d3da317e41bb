// What every call to Google over gRPC needs here: a deadline that holds, repetition that we decide, and a way to an emulator.
import type { Clock } from '../ports.ts'
import { withTimeLimit } from '../time-limit.ts'
import { code, codeOf, grpcCallError } from './grpc-errors.ts'

/** What a client of Kindling's own project is told. */
export interface ProjectClientOptions {
  readonly projectId: string
  readonly clock: Clock
  /** `host:port`; absent = Google's. */
  readonly emulatorHost?: string
  /** For one call with its repetitions (ms). */
  readonly callTimeoutMs?: number
}

export const CALL_TIMEOUT_MS = 10_000

/** Given to each call: no repetition by the SDK, which would go on for minutes and hide a lost answer. */
export function callOptions(timeoutMs: number) {
  return {
    timeout: timeoutMs,
    retry: null,
    retryRequestOptions: { retries: 0, noResponseRetries: 0 },
  }
}

/** How much longer than its deadline a call may take before it is given up without an answer (ms). */
const GRACE_MS = 1000
/** Calls that were cut off are made again: so often in all, after this wait (ms), doubled each time. */
const CALLS_MAX = 3
const WAIT_MS = 50

/** Looks to `grpcCallError` like gRPC's own. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError'
  readonly code = code.deadlineExceeded
}

/** The SDK's deadline does not cover all that it does before it sends, such as fetching a token. */
export async function withDeadline<T>(
  clock: Clock,
  timeoutMs: number,
  call: Promise<T>,
): Promise<T> {
  return await withTimeLimit(clock, timeoutMs + GRACE_MS, call, () => {
    throw new DeadlineError(`no answer within ${timeoutMs} ms`)
  })
}

/** Makes a call again when it was cut off, all within `limitMs`. Only for calls that may be made twice. */
export async function repeatCall<T>(
  clock: Clock,
  limitMs: number,
  action: { readonly name: string; readonly writes: boolean },
  call: (timeoutMs: number) => Promise<T>,
): Promise<T> {
  const end = clock.now() + limitMs
  for (let count = 1; ; count++) {
    try {
      return await call(Math.max(1, end - clock.now()))
    } catch (error) {
      const wait = WAIT_MS * 2 ** (count - 1) * (0.5 + clock.random())
      const again = codeOf(error) === code.unavailable && clock.now() + wait < end
      if (count === CALLS_MAX || !again) throw grpcCallError(error, action.name, action.writes)
      await clock.sleep(wait)
    }
  }
}

/** Settings of an SDK's client for an emulator at `host:port`. */
export async function emulatorSettings(host: string) {
  const { grpc } = (await import('google-gax')).default
  const colon = host.lastIndexOf(':')
  return {
    servicePath: host.slice(0, colon),
    port: Number(host.slice(colon + 1)),
    sslCreds: grpc.credentials.createInsecure(),
  }
}
