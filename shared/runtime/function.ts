// The shell round a handler: from what the functions framework was sent to the handler's event, with the manifest's limits,
// a trace and a log. A return acknowledges; a throw is logged and asks for another delivery.
import { z } from 'zod'
import { CallError } from '../call-error.ts'
import type { Log, World } from '../ports.ts'
import { type Counts, noCounts } from './counts.ts'
import { tellDeliveryFailed } from './dead-letters.ts'
import { textOf } from './failures.ts'
import type { Message } from './intake.ts'
import { invoke } from './invocation.ts'
import { jsonLog, logLine, writeToStandardError } from './log.ts'
import { traceIn, traceOrNew } from './event-trace.ts'
import { inTrace } from './trace.ts'

/** What the functions of this process have cost. */
export const processCounts: Counts = noCounts()

export interface Shell {
  readonly name: string
  readonly row: {
    readonly on: { readonly is: string; readonly topic?: string }
    /** Seconds. */
    readonly timeoutS: number
  }
  readonly world: Omit<World, 'log'>
  readonly write?: (line: string) => void
}

type Handler<Event> = (world: World, event: Event) => Promise<void>

/** Carries the log line as its stack, because the framework logs the stack of what it catches: one line, and no other. */
class FunctionFailed extends Error {
  override readonly name = 'FunctionFailed'
  constructor(line: string) {
    super('the function failed; its log says why')
    this.stack = line
  }
}

const Push = z.object({
  message: z.object({
    messageId: z.string(),
    data: z.string().default(''),
    attributes: z.record(z.string(), z.string()).default({}),
  }),
})
const MessageOccurrence = z.object({
  source: z.string(),
  traceparent: z.string().optional(),
  data: Push,
})
const DocumentOccurrence = z.object({
  subject: z.string(),
  traceparent: z.string().optional(),
})

/** A function that a message on a topic wakes. */
export function messageFunction(
  shell: Shell,
  handle: Handler<{ readonly topic: string; readonly message: Message }>,
): (occurrence: unknown) => Promise<void> {
  return async (occurrence) => {
    const taken = takeMessage(shell, occurrence)
    if (!taken) return dropped(shell)
    const { event, traceparent } = taken
    await run(shell, handle, event, {
      traceparent: traceIn(event.message.data) ?? traceparent,
      about: { topic: event.topic, messageId: event.message.id },
      failed: (world, error) => tellDeliveryFailed(world, shell.name, event.message.data, error),
    })
  }
}

function takeMessage({ row }: Shell, occurrence: unknown) {
  const wrapped = MessageOccurrence.safeParse(occurrence)
  // The framework leaves a message without data as Pub/Sub has pushed it.
  const push = wrapped.success ? wrapped.data.data : Push.safeParse(occurrence).data
  if (!push) return undefined
  const { messageId: id, data, attributes } = push.message
  const topic = wrapped.success ? wrapped.data.source.replace(/^.*\/topics\//, '') : row.on.topic
  return {
    event: {
      topic: topic ?? '',
      message: { id, data: Buffer.from(data, 'base64').toString('utf8'), attributes },
    },
    traceparent: wrapped.data?.traceparent,
  }
}

/** A function that the creation of a document wakes. The body is not read: an event is a hint. */
export function documentFunction(
  shell: Shell,
  handle: Handler<{ readonly path: string }>,
): (occurrence: unknown) => Promise<void> {
  return async (occurrence) => {
    const { data } = DocumentOccurrence.safeParse(occurrence)
    const path = /^documents\/(.+)$/.exec(data?.subject ?? '')?.[1]
    if (path === undefined) return dropped(shell)
    const { traceparent } = data ?? {}
    await run(shell, handle, { path }, { traceparent, about: { path } })
  }
}

/** What cannot be read now cannot be read later: said once, and not asked for again. */
function dropped(shell: Shell): void {
  logOf(shell)('ERROR', 'unreadable event dropped')
}

interface Circumstances {
  readonly traceparent: string | undefined
  /** For the log. */
  readonly about: Readonly<Record<string, string>>
  /** Keeps the cause of a failure; never throws. */
  readonly failed?: (world: World, error: unknown) => Promise<void>
}

async function run<Event>(
  shell: Shell,
  handle: Handler<Event>,
  event: Event,
  { traceparent, about, failed }: Circumstances,
): Promise<void> {
  const { clock } = shell.world
  processCounts.deliveries++
  await inTrace(traceOrNew(clock, traceparent), shell.name, about, async () => {
    const began = clock.now()
    try {
      await invokeIn(shell, handle, event)
      logOf(shell)('DEBUG', 'function ran', { ...about, ms: clock.now() - began })
    } catch (error) {
      const fields = { ...about, ms: clock.now() - began, error: textOf(error) }
      await failed?.({ ...shell.world, log: logOf(shell) }, error)
      throw new FunctionFailed(logLine(targetOf(shell), 'ERROR', 'function failed', fields))
    }
  })
}

async function invokeIn<Event>(shell: Shell, handle: Handler<Event>, event: Event): Promise<void> {
  const world = { ...shell.world, log: logOf(shell) }
  const timeoutMs = shell.row.timeoutS * 1000
  await invoke(world, handle, event, { timeoutMs, counts: processCounts })
}

function targetOf({ name, world, write = writeToStandardError }: Shell) {
  return { project: world.project, clock: world.clock, labels: { function: name }, write }
}

function logOf(shell: Shell): Log {
  return jsonLog(targetOf(shell))
}

/** The parts of the framework's request and response that are used. */
interface CallRequest {
  readonly body?: unknown
}
interface CallResponse {
  status(code: number): { json(body: unknown): unknown; end(): unknown }
}

/** A function that an operator calls over HTTP: 204, or what is wrong. */
export function callFunction(
  shell: Shell,
  handle: Handler<{ readonly body: unknown }>,
): (request: CallRequest, response: CallResponse) => Promise<void> {
  return async ({ body }, response) => {
    const { clock } = shell.world
    await inTrace(traceOrNew(clock), shell.name, {}, async () => {
      try {
        await invokeIn(shell, handle, { body })
        response.status(204).end()
      } catch (error) {
        const isTheirs = error instanceof CallError && error.kind === 'invalid'
        if (!isTheirs) logOf(shell)('ERROR', 'function failed', { error: textOf(error) })
        const kind = isTheirs ? 'invalid' : 'unavailable'
        const message = textOf(error)
        response.status(isTheirs ? 400 : 500).json({ error: { kind, message } })
      }
    })
  }
}
