// How people end a command: Ctrl-C, a signal, or closing the terminal or pipe that it writes to.

export interface Stopping {
  readonly signal: AbortSignal
  /** From now on signals do again what they do by themselves. */
  release(): void
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export function stoppingByPeople(): Stopping {
  const stopping = new AbortController()
  const stop = (): void => stopping.abort(new Error('stopped'))
  for (const signal of SIGNALS) process.once(signal, stop)
  // Stays: what is written to a closed pipe afterwards must not end in a stack trace.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', stop)
  return {
    signal: stopping.signal,
    release() {
      for (const signal of SIGNALS) process.off(signal, stop)
    },
  }
}
