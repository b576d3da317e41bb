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

/** Ends an answer that its server has not ended, whether it talks or not: called off by the function answered. */
function endAfter(answer: IncomingMessage, clock: Clock, limitMs: number): () => void {
  const over = new AbortController()
  clock.sleep(limitMs, over.signal).then(
    () => answer.destroy(new Error(`not ended after ${limitMs} ms`)),
    () => {},
  )
  return () => over.abort()
}

export interface WatchReading {
  readonly what: string
  readonly clock: Clock
  readonly signal: AbortSignal
  /** When it is given up; later than the server was asked to end it. Milliseconds. */
  readonly limitMs: number
}

/** Throws `expired`, and `unavailable` when the connection broke. */
export async function* watchEvents(
  answer: IncomingMessage,
  { what, clock, signal, limitMs }: WatchReading,
): AsyncIterable<WatchEvent> {
  const callOff = endAfter(answer, clock, limitMs)
  answer.setEncoding('utf8')
  let rest = ''
  try {
    for await (const chunk of answer) {
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
    callOff()
    answer.destroy()
  }
  if (rest && !signal.aborted)
    throw new CallError('unavailable', `${what}: cut off in the middle of a line`)
}
