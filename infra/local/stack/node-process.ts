// A process of this source that says in one line of JSON on standard output when it is ready, and where.
import type { Clock } from '../../../shared/ports.ts'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type Child, startChild, tailOf } from '../child-process.ts'
import { PartFailedError } from './part-failed.ts'

export interface NodeProgram {
  readonly name: string
  readonly main: URL
  readonly environment: Readonly<Record<string, string>>
  /** MiB that its heap may have, as in an instance of Cloud Run; by the machine unless said. */
  readonly heapMb?: number
}

export interface NodeProcess extends Child {
  /** What it said. */
  readonly ready: Readonly<Record<string, unknown>>
  /** Milliseconds from start to ready. */
  readonly readyAfterMs: number
}

const READY_LIMIT_MS = 30_000

/** Throws `PartFailedError`. */
export async function startNodeProcess(
  { name, main, environment, heapMb }: NodeProgram,
  logDirectory: string,
  clock: Clock,
): Promise<NodeProcess> {
  const started = clock.now()
  const heap = heapMb === undefined ? [] : [`--max-old-space-size=${heapMb}`]
  const child = await startChild(
    {
      name,
      words: [process.execPath, ...heap, fileURLToPath(main)],
      environment: { ...process.env, ...environment },
    },
    logDirectory,
    clock,
  )
  const over = new AbortController()
  const limit = clock.sleep(READY_LIMIT_MS, over.signal).then(
    () => `is not ready after ${READY_LIMIT_MS} ms`,
    () => '',
  )
  const ready = await Promise.race([
    readiness(child),
    child.ended.then((how) => `ended (${how})`),
    limit,
  ])
  over.abort()
  if (typeof ready !== 'string') return { ...child, ready, readyAfterMs: clock.now() - started }
  await child.kill()
  const log = await tailOf(child.logFile)
  const words = lastWords(log)
  throw words === ''
    ? new PartFailedError(`the ${name} process ${ready}`, log)
    : new PartFailedError(`the ${name} process ${ready}: ${words}`)
}

/** Lines that are not the one waited for are passed over; later ones are read and dropped. */
function readiness({ output }: Child): Promise<Readonly<Record<string, unknown>>> {
  return new Promise((resolve) => {
    if (!output) return
    createInterface({ input: output }).on('line', (line) => {
      try {
        const value = JSON.parse(line) as unknown
        if (value && typeof value === 'object' && 'ready' in value) resolve({ ...value })
      } catch {
        /** Not the line. */
      }
    })
  })
}

/** What the process itself said last, if that was an error. */
function lastWords(log: string): string {
  try {
    const { severity, error } = JSON.parse(log.split('\n').at(-1) ?? '') as Record<string, unknown>
    return severity === 'ERROR' && typeof error === 'string' ? error : ''
  } catch {
    return ''
  }
}
