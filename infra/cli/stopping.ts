// How people end a command: Ctrl-C, a signal, or closing the terminal or pipe that it writes to.

export interface Stopping {
  readonly signal: AbortSignal
  /** From now on signals do again what they do by themselves. */
  release(): void
}

/** Who is to be told that the terminal or pipe is gone. */
const listening = new Set<() => void>()
let isWatchingOutput = false

/** Stays for good: what is written to a closed pipe afterwards must not end in a stack trace. */
function watchOutput(): void {
  if (isWatchingOutput) return
  isWatchingOutput = true
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', () => {
      for (const stop of listening) stop()
    })
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export function stoppingByPeople(): Stopping {
  const stopping = new AbortController()
  const stop = (): void => stopping.abort(new Error('stopped'))
  for (const signal of SIGNALS) process.once(signal, stop)
  listening.add(stop)
  watchOutput()
  return {
    signal: stopping.signal,
    release() {
      listening.delete(stop)
      for (const signal of SIGNALS) process.off(signal, stop)
    },
  }
}
