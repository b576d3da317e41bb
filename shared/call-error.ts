// The one error that ports throw, with vendors' codes already mapped.

/**
 * What went wrong, as far as a caller can act on it. Clients map each vendor's codes to these once.
 * `not-found`, `exists`, `conflict` (somebody was first, or a stale version: read again), `busy` (another operation runs:
 * look again), `rate` (too many: look again after `retryAfterMs`), `quota`, `stock-out`, `denied`, `invalid`,
 * `unavailable` (nothing was done), `failed` (an operation ended badly), `unknown-outcome` (timed out or cut off: it may have been done), `expired` (a watch's
 * resourceVersion is too old: list again), `closed` (this invocation's deadline is over).
 */
export type CallErrorKind =
  | 'not-found'
  | 'exists'
  | 'conflict'
  | 'busy'
  | 'rate'
  | 'quota'
  | 'stock-out'
  | 'denied'
  | 'invalid'
  | 'unavailable'
  | 'failed'
  | 'unknown-outcome'
  | 'expired'
  | 'closed'

export class CallError extends Error {
  override readonly name = 'CallError'
  readonly kind: CallErrorKind
  /** How long the other side asks to wait. */
  readonly retryAfterMs: number | undefined

  constructor(
    kind: CallErrorKind,
    message: string,
    options: { cause?: unknown; retryAfterMs?: number } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.kind = kind
    this.retryAfterMs = options.retryAfterMs
  }
}
