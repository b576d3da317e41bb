// Whether an endpoint may be called just now: not before the time that it asked for (Retry-After); and while it does not
// answer only by one trial at a time, ever more seldom, so that those who wait for it do not keep it down. Pure.
import { CallError } from '../call-error.ts'
import { backOff, type Instant, seconds } from '../domain/time.ts'

export interface Health {
  /** It asked to be left alone until then. */
  readonly askedUntil: Instant
  /** Calls in a row that it left without an answer. */
  readonly silent: number
  /** The next trial may be made then. */
  readonly trialAt: Instant
}

export const HEALTHY: Health = { askedUntil: 0, silent: 0, trialAt: 0 }

/** One call that is lost says nothing of the next; so many in a row do, with no answer to anybody in between. */
const SILENT_MOST = 5
/** Between the end of a trial and the next. */
const PAUSE = { first: seconds(2), longest: seconds(30) }
/** Longer than a call's own deadline. */
const TRIAL_LIMIT = seconds(25)

/** What a call came to, as far as it tells of the endpoint. */
export type Sign = 'answer' | 'silence' | { readonly retryAfterMs: number }

export function isDown({ silent }: Health): boolean {
  return silent >= SILENT_MOST
}

/** Milliseconds until it may be called; 0 = now. */
export function pauseOf(health: Health, now: Instant): number {
  const until = isDown(health) ? Math.max(health.askedUntil, health.trialAt) : health.askedUntil
  return Math.max(0, until - now)
}

/** A call begins: where the endpoint is down it is the trial, and nobody else calls meanwhile. */
export function begun(health: Health, now: Instant): Health {
  return isDown(health) ? { ...health, trialAt: now + TRIAL_LIMIT } : health
}

/** `wasTrial`: the call was begun when the endpoint was down. Those begun before say late what is known already. */
export function ended(
  health: Health,
  sign: Sign,
  { wasTrial, now, random }: { wasTrial: boolean; now: Instant; random: () => number },
): Health {
  if (sign === 'answer') return { ...HEALTHY, askedUntil: health.askedUntil }
  if (sign !== 'silence') {
    return { ...HEALTHY, askedUntil: Math.max(health.askedUntil, now + sign.retryAfterMs) }
  }
  if (isDown(health) && !wasTrial) return health
  const after = { ...health, silent: health.silent + 1 }
  if (!isDown(after)) return after
  const pause = backOff(after.silent - SILENT_MOST, PAUSE.first, PAUSE.longest)
  return { ...after, trialAt: now + Math.round(pause * (0.5 + random() / 2)) }
}

/** What an error says of the endpoint: a refusal is an answer too. */
export function signOf(error: unknown): Sign {
  if (!(error instanceof CallError)) return 'answer'
  const { kind, retryAfterMs } = error
  if (kind === 'unavailable' || kind === 'unknown-outcome') return 'silence'
  return kind === 'rate' && retryAfterMs !== undefined ? { retryAfterMs } : 'answer'
}
