// A process of the stack that did not come up, or ended while it was needed.

export class PartFailedError extends Error {
  override readonly name = 'PartFailedError'
  /** The end of its log; empty where that says nothing of it. */
  readonly log: string

  /** `message`: one line that says which part, and what has become of it. */
  constructor(message: string, log = '') {
    super(message)
    this.log = log
  }
}

const PORT_TAKEN = /EADDRINUSE|address already in use|failed to bind|port \d+ of \S+ cannot be had/i

/** Whether a part did not start because somebody else took its port meanwhile. */
export function isPortTaken(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const log = error instanceof PartFailedError ? error.log : ''
  return PORT_TAKEN.test(`${error.message}\n${log}`)
}
