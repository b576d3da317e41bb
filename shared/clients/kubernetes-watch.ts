// A watch as it comes over the wire: JSON lines, which end cleanly, with an ERROR event, or torn.
import type { IncomingMessage } from 'node:http'
import { CallError } from '../call-error.ts'
import type { KubernetesObject } from '../manifests/object.ts'
import type { Clock, WatchEvent } from '../ports.ts'
import { callErrorOf, type KubernetesRefusal } from './kubernetes-errors.ts'

interface Line {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  readonly object: KubernetesObject & Partial<KubernetesRefusal>
}

function parse(text: string, what: string): Line {
  try {
    return JSON.parse(text) as Line
  } catch (cause) {
    throw new CallError('unavailable', `${what}: a line of the watch is no JSON`, { cause })
  }
}

function eventOf(text: string, what: string): WatchEvent {
  const { type, object } = parse(text, what)
  if (type === 'ERROR') {
    const { code = 500, reason = '', message = 'the watch failed' } = object
    throw callErrorOf({ code, reason, message: `${what}: ${message}` }, false)
  }
  if (type !== 'BOOKMARK') return { type, object }
  return { type, resourceVersion: object.metadata.resourceVersion ?? '' }
}

/** Ends an answer that has said nothing, not even a bookmark, for longer than it may. */
function endWhenSilent(
  answer: IncomingMessage,
  clock: Clock,
  silentMs: number,
): { heard(): void; stop(): void } {
  const controller = new AbortController()
  let last = clock.now()
  const look = async (): Promise<void> => {
    while (!controller.signal.aborted) {
      const left = last + silentMs - clock.now()
      if (left <= 0) {
        answer.destroy(new Error(`silent for ${silentMs} ms`))
        return
      }
      await clock.sleep(left, controller.signal)
    }
  }
  look().catch(() => {})
  return {
    heard() {
      last = clock.now()
    },
    stop: () => controller.abort(),
  }
}

export interface WatchReading {
  readonly what: string
  readonly clock: Clock
  readonly signal: AbortSignal
  /** How long nothing at all may come; milliseconds. */
  readonly silentMs: number
}

/** Throws `expired`, and `unavailable` when the connection broke. */
export async function* watchEvents(
  answer: IncomingMessage,
  { what, clock, signal, silentMs }: WatchReading,
): AsyncIterable<WatchEvent> {
  const silence = endWhenSilent(answer, clock, silentMs)
  answer.setEncoding('utf8')
  let rest = ''
  try {
    for await (const chunk of answer) {
      silence.heard()
      const lines = (rest + String(chunk)).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        if (signal.aborted) return
        if (line) yield eventOf(line, what)
      }
    }
  } catch (error) {
    if (signal.aborted) return
    if (error instanceof CallError) throw error
    throw new CallError('unavailable', `${what}: ${(error as Error).message}`, { cause: error })
  } finally {
    silence.stop()
    answer.destroy()
  }
  if (rest && !signal.aborted)
    throw new CallError('unavailable', `${what}: cut off in the middle of a line`)
}
