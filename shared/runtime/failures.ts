// What an error means for a step: look again, try again, or give up (protocol rule 9).
import { CallError, type CallErrorKind } from '../call-error.ts'
import { MalformedDocument } from '../domain/document-fault.ts'
import { LOOK_PERIOD } from '../domain/protocol-times.ts'
import type { TerminationCode } from '../domain/reasons/reason.ts'
import type { Have, Outcome } from '../domain/ledger.ts'
import { backOff, minutes, seconds } from '../domain/time.ts'
import { reasonOfError } from '../steps/google-reason.ts'
import { PermanentError } from '../steps/step.ts'

/**
 * `look`: the other side asks us to come back, which is no failure. `away`: nobody is there to ask, which says nothing of the
 * step: tried again ever more slowly, for as long as the step may take. `retry`: may help, within the step's budget of
 * attempts. `fail`: cannot help, so the step has failed for good.
 */
export type Handling = 'look' | 'away' | 'retry' | 'fail'

export const HANDLING: Readonly<Record<CallErrorKind, Handling>> = {
  busy: 'look',
  rate: 'look',
  conflict: 'look',
  unavailable: 'away',
  failed: 'retry',
  'unknown-outcome': 'retry',
  expired: 'retry',
  closed: 'retry',
  // Others may free what is short, and grants take minutes to hold.
  quota: 'retry',
  'stock-out': 'retry',
  denied: 'retry',
  // What it stands on may not be seen everywhere yet; what stands in its way may be going.
  'not-found': 'retry',
  exists: 'retry',
  invalid: 'fail',
}

/** Codes that stay so until a person does something, whatever kind of error told them. */
export const NEEDS_A_PERSON: ReadonlySet<string> = new Set<TerminationCode>([
  'GCP_API_DISABLED',
  'GCP_DENIED_BY_ORG_POLICY',
  'GCP_SERVICE_ACCOUNT_DELETED',
])

const LOOK_IN = seconds(10)
const RETRY = { first: seconds(5), longest: minutes(5) }

/** How long to wait before the next try: longer each time, and never the same for two that failed together. */
export function retryIn(failures: number, random: number): number {
  return Math.round(backOff(failures, RETRY.first, RETRY.longest) * (0.5 + random / 2))
}

/** The outcome of an attempt that threw, given what was known of the thing before. `random`: in [0, 1). */
export function outcomeOf(error: unknown, before: Have, random: number): Outcome {
  const thing: Have = before.have === 'present' ? { have: 'unknown' } : before
  const message = textOf(error)
  if (error instanceof PermanentError) {
    return { thing, failure: { message, permanent: true, reason: error.reason } }
  }
  // It waits for the mend, however long that takes.
  if (error instanceof MalformedDocument) return { thing, lookIn: LOOK_PERIOD }
  if (!(error instanceof CallError)) return { thing, failure: { message, permanent: false } }
  const { kind, retryAfterMs } = error
  if (HANDLING[kind] === 'look') {
    return { thing, lookIn: Math.round((retryAfterMs ?? LOOK_IN) * (1 + random / 2)) }
  }
  const reason = reasonOfError(kind, message)
  const permanent = HANDLING[kind] === 'fail' || NEEDS_A_PERSON.has(reason?.code ?? '')
  const failure = { message, permanent, ...(reason ? { reason } : {}) }
  if (HANDLING[kind] === 'away') return { thing, failure, isAway: true }
  if (kind !== 'unknown-outcome') return { thing, failure }
  return { thing: { have: 'unknown' }, failure, mayStillAct: true }
}

/** The message with those of its causes, at most 1,000 characters. */
export function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error).slice(0, 1000)
  const cause = error.cause === undefined ? '' : `: ${textOf(error.cause)}`
  return `${error.message}${cause}`.slice(0, 1000)
}
