// Watches the processes of a stack: the first that ends while it is needed breaks the stack, with one line that says so.
import { type Child, tailOf } from '../child-process.ts'
import { PartFailedError } from './part-failed.ts'

type Watched = Pick<Child, 'ended' | 'logFile'>

export interface ProcessWatch {
  /** Aborted with a `PartFailedError`. */
  readonly broken: AbortSignal
  /** Undefined: a process that is not ours. */
  watch(name: string, child: Watched | undefined): void
  /** Its end is no news any more. */
  dismiss(child: Watched | undefined): void
}

export function watchProcesses(): ProcessWatch {
  const broken = new AbortController()
  const dismissed = new Set<Child['ended']>()

  async function reportEnd(name: string, { ended, logFile }: Watched): Promise<void> {
    const how = await ended
    if (dismissed.has(ended) || broken.signal.aborted) return
    // Killed from outside, its log says nothing of it.
    const log = how.startsWith('SIG') ? '' : await tailOf(logFile)
    broken.abort(new PartFailedError(`the ${name} ended (${how}): start the stack again`, log))
  }

  return {
    broken: broken.signal,
    watch(name, child) {
      if (child) void reportEnd(name, child)
    },
    dismiss(child) {
      if (child) dismissed.add(child.ended)
    },
  }
}
