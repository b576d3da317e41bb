// From bytes to a request, or to a refusal that says what is wrong, where, and how to mend it. Pure: writes nothing.
import { hash } from 'node:crypto'
import type { z } from 'zod'
import { catalog } from '../../events/catalog.ts'
import { Envelope, type EventDeclaration, MESSAGE_BYTES_MAX } from '../../events/envelope.ts'
import { AccountId } from '../../events/ids.ts'
import type { Reason } from '../../events/lifecycle.ts'
import { requestPath, UNADDRESSED } from '../domain/paths.ts'
import { cut } from '../domain/cut.ts'
import { refusal } from './refusal.ts'
import { valueAt } from '../domain/issue-words.ts'
import { schemaRefusal, SEND_AGAIN } from './schema-refusal.ts'

/** A message as Pub/Sub hands it over, its data decoded. */
export interface Message {
  readonly id: string
  readonly data: string
  readonly attributes?: Readonly<Record<string, string>>
}

/** Where the outcome of a message is kept, and what tells a repeat from another message under the same id. */
export interface RequestRef {
  readonly path: string
  readonly account: string
  readonly fingerprint: string
  readonly source?: string
  readonly event?: string
}

export type Intake<Data> =
  | { readonly is: 'request'; readonly ref: RequestRef; readonly data: Data }
  | { readonly is: 'refused'; readonly ref: RequestRef; readonly reason: Reason }

export function takeIn<Schema extends z.ZodType>(
  message: Message,
  event: EventDeclaration<Schema>,
): Intake<z.infer<Schema>> {
  const json = parseJson(message.data)
  const ref = refOf(message, json.value)
  const refuse = (reason: Reason): Intake<z.infer<Schema>> => ({ is: 'refused', ref, reason })

  const bytes = Buffer.byteLength(message.data)
  if (bytes > MESSAGE_BYTES_MAX) return refuse(tooLarge(bytes))
  if (json.error !== undefined) return refuse(notJson(json.error))
  const envelope = Envelope.safeParse(json.value)
  if (!envelope.success) {
    return refuse(schemaRefusal('MALFORMED_REQUEST', envelope.error, json.value, ''))
  }
  if (envelope.data.type !== event.type) return refuse(wrongType(envelope.data.type, event))
  const data = event.data.safeParse(envelope.data.data)
  if (!data.success) {
    return refuse(schemaRefusal('INVALID_PARAMETER_VALUE', data.error, envelope.data.data, 'data'))
  }
  return { is: 'request', ref, data: data.data }
}

function parseJson(text: string): { value?: unknown; error?: string } {
  try {
    return { value: JSON.parse(text) }
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) }
  }
}

/** The account that a message says it is of, or the one of messages that say none. */
export function accountIn(data: string): string {
  const account = AccountId.safeParse(valueAt(parseJson(data).value, ['data', 'account']))
  return account.success ? account.data : UNADDRESSED
}

function refOf(message: Message, value: unknown): RequestRef {
  const fingerprint = shortHash(message.data, 32)
  const account = AccountId.safeParse(valueAt(value, ['data', 'account']))
  const source = valueAt(value, ['source'])
  const event = valueAt(value, ['id'])
  const isNamed = typeof source === 'string' && typeof event === 'string' && event !== ''
  if (!isNamed || !account.success) {
    return {
      account: UNADDRESSED,
      path: requestPath(UNADDRESSED, readable(message.id, [message.id])),
      fingerprint,
    }
  }
  return {
    account: account.data,
    path: requestPath(account.data, requestId(source, event)),
    fingerprint,
    source: cut(source, 256),
    event: cut(event, 128),
  }
}

/** The id of the document that holds the outcome of an event: readable, and unique for source and event id together. */
export function requestId(source: string, event: string): string {
  return readable(event, [source, event])
}

function readable(text: string, unique: readonly string[]): string {
  const words = text.toLowerCase().match(/[a-z0-9]+/g) ?? []
  const slug = words.slice(0, 40).join('-').slice(0, 40)
  return `${slug === '' ? '' : `${slug}-`}${shortHash(JSON.stringify(unique), 16)}`
}

function shortHash(text: string, length: number): string {
  return hash('sha256', text).slice(0, length)
}

// --- Refusals ---------------------------------------------------------------------------------------------------

function tooLarge(bytes: number): Reason {
  return refusal('MALFORMED_REQUEST', 'the message is too large', {
    got: `${bytes} bytes`,
    allowed: `at most ${MESSAGE_BYTES_MAX} bytes`,
    mend: `send the request alone, without attachments: ${SEND_AGAIN}`,
  })
}

function notJson(error: string): Reason {
  return refusal('MALFORMED_REQUEST', 'the message is not JSON', {
    got: error,
    allowed: 'a CloudEvent 1.0 in structured JSON, UTF-8 without a byte order mark',
    mend: 'publish one of events/samples as it is, then change it',
  })
}

function wrongType(type: string, event: EventDeclaration): Reason {
  const own = catalog.find((known) => known.type === type)
  const isOtherVersion = type.replace(/\.v\d+$/, '') === event.type.replace(/\.v\d+$/, '')
  const particulars = { field: 'type', got: type, allowed: event.type }
  if (own) {
    return refusal('BAD_REQUEST', `this event does not travel on the topic ${event.topic}`, {
      ...particulars,
      mend: `publish it on the topic ${own.topic}`,
    })
  }
  const what = isOtherVersion ? 'version of the event' : 'type of event'
  return refusal('BAD_REQUEST', `Kindling does not know this ${what}`, {
    ...particulars,
    mend: `set "type" to ${event.type}, and ${SEND_AGAIN}`,
  })
}
