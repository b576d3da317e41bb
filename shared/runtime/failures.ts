// What an error means for a step: look again, try again, or give up (protocol rule 9).
import type { Reason } from '../../events/lifecycle.ts'
import { CallError, type CallErrorKind } from '../call-error.ts'
import type { Have, Outcome } from '../domain/ledger.ts'
import { seconds } from '../domain/time.ts'
import { PermanentError } from '../steps/step.ts'

/** The other side asks us to come back: no failure. */
const LOOKS: ReadonlySet<CallErrorKind> = new Set(['busy', 'rate', 'conflict'])
const LOOK_IN = seconds(10)

/** What users are told when the budget is spent on errors of this kind (termination codes of the Databricks API). */
const REASONS: Partial<Record<CallErrorKind, Pick<Reason, 'code' | 'type' | 'mend'>>> = {
  denied: {
    code: 'GCP_FORBIDDEN',
    type: 'CLIENT_ERROR',
    mend: "grant the workspace's service account the roles of its setup, then ask again",
  },
  quota: {
    code: 'GCP_QUOTA_EXCEEDED',
    type: 'CLOUD_FAILURE',
    mend: 'raise the quota in the project, or ask for fewer or smaller machines',
  },
  'stock-out': {
    code: 'GCP_INSUFFICIENT_CAPACITY',
    type: 'CLOUD_FAILURE',
    mend: 'ask again later, or for another machine type or zone',
  },
  invalid: { code: 'INVALID_ARGUMENT', type: 'CLIENT_ERROR' },
}

/** The outcome of an attempt that threw, given what was known of the thing before. */
export function outcomeOf(error: unknown, before: Have): Outcome {
  const thing: Have = before.have === 'present' ? { have: 'unknown' } : before
  const message = textOf(error)
  if (error instanceof PermanentError) {
    return { thing, failure: { message, permanent: true, reason: error.reason } }
  }
  if (!(error instanceof CallError)) return { thing, failure: { message, permanent: false } }
  if (LOOKS.has(error.kind)) return { thing, lookIn: error.retryAfterMs ?? LOOK_IN }

  const known = REASONS[error.kind]
  const reason = known ? { reason: { ...known, message } } : {}
  const failure = { message, permanent: error.kind === 'invalid', ...reason }
  if (error.kind !== 'unknown-outcome') return { thing, failure }
  return { thing: { have: 'unknown' }, failure, mayStillAct: true }
}

/** The message with those of its causes, at most 1,000 characters. */
export function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error).slice(0, 1000)
  const cause = error.cause === undefined ? '' : `: ${textOf(error.cause)}`
  return `${error.message}${cause}`.slice(0, 1000)
}
