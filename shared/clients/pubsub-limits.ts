// What Pub/Sub takes, checked before anything is sent: its emulator does not refuse all of it, and a refusal after
// megabytes were sent is a late one. Source: google/pubsub/v1/pubsub.proto and the quotas page.
import { CallError } from '../call-error.ts'
import type { BusMessage } from '../ports.ts'

const MESSAGE_BYTES_MAX = 10_000_000
const ATTRIBUTES_MAX = 100
const ATTRIBUTE_KEY_BYTES_MAX = 256
const ATTRIBUTE_VALUE_BYTES_MAX = 1024
const LABELS_MAX = 64

/** Topics and subscriptions: 3 to 255 of these, first a letter, not Google's own prefix. */
const RESOURCE_NAME = /^(?!goog)[A-Za-z][A-Za-z0-9\-._~+%]{2,254}$/
const LABEL_KEY = /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u
const LABEL_VALUE = /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u
const MEMBER =
  /^(user|serviceAccount|group|domain|principal|principalSet):\S+$|^(allUsers|allAuthenticatedUsers)$/

function refuse(fault: string): never {
  throw new CallError('invalid', `bus: ${fault}`)
}

/** Throws `invalid`. */
export function checkResourceName(kind: 'topic' | 'subscription', name: string): void {
  if (!RESOURCE_NAME.test(name))
    refuse(`"${name.slice(0, 80)}" is no ${kind} name: 3 to 255 of A-Z a-z 0-9 - . _ ~ + %`)
}

/** Throws `invalid`. */
export function checkLabels(labels: Readonly<Record<string, string>>): void {
  const entries = Object.entries(labels)
  if (entries.length > LABELS_MAX) refuse(`${entries.length} labels; ${LABELS_MAX} at most`)
  for (const [key, value] of entries) {
    if (!LABEL_KEY.test(key)) refuse(`"${key.slice(0, 80)}" is no label key`)
    if (!LABEL_VALUE.test(value)) refuse(`"${value.slice(0, 80)}" is no value of label ${key}`)
  }
}

/** Throws `invalid`. */
export function checkMember(member: string): void {
  if (!MEMBER.test(member)) refuse(`"${member.slice(0, 80)}" is no IAM member`)
}

/** Throws `invalid`. */
export function checkMessage(topic: string, { data, attributes }: BusMessage): void {
  const entries = Object.entries(attributes)
  if (data === '' && entries.length === 0) refuse(`a message to ${topic} without any content`)
  if (entries.length > ATTRIBUTES_MAX)
    refuse(`a message to ${topic} with ${entries.length} attributes; ${ATTRIBUTES_MAX} at most`)
  let bytes = Buffer.byteLength(data)
  for (const [key, value] of entries) {
    const [keyBytes, valueBytes] = [Buffer.byteLength(key), Buffer.byteLength(value)]
    if (key === '' || keyBytes > ATTRIBUTE_KEY_BYTES_MAX || key.startsWith('goog'))
      refuse(`"${key.slice(0, 80)}" is no attribute name`)
    if (valueBytes > ATTRIBUTE_VALUE_BYTES_MAX)
      refuse(`attribute ${key} has ${valueBytes} bytes; ${ATTRIBUTE_VALUE_BYTES_MAX} at most`)
    bytes += keyBytes + valueBytes
  }
  if (bytes > MESSAGE_BYTES_MAX)
    refuse(`a message to ${topic} of ${bytes} bytes; ${MESSAGE_BYTES_MAX} at most`)
}

/** How a function's push subscriptions deliver; from the manifest of functions. Milliseconds. */
export interface DeliveryPolicy {
  /** Both 0: what is refused comes again at once. */
  readonly minBackoffMs: number
  readonly maxBackoffMs: number
  /** How long an answer may take; then the message is delivered again. */
  readonly ackDeadlineMs: number
  /** How long a message that nobody acknowledges is kept. */
  readonly retentionMs: number
  /** Where a message goes that was refused this often. */
  readonly deadLetter?: { readonly topic: string; readonly maxAttempts: number }
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const DAY = 24 * 60 * MINUTE

function checkRange(name: string, value: number, least: number, most: number): void {
  if (!(value >= least && value <= most)) refuse(`${name} is ${value}; ${least} to ${most}`)
}

/** Throws `invalid` for what Pub/Sub does not take. */
export function checkDeliveryPolicy(policy: DeliveryPolicy): void {
  checkRange('minBackoffMs', policy.minBackoffMs, 0, 600 * SECOND)
  checkRange('maxBackoffMs', policy.maxBackoffMs, policy.minBackoffMs, 600 * SECOND)
  checkRange('ackDeadlineMs', policy.ackDeadlineMs, 10 * SECOND, 600 * SECOND)
  checkRange('retentionMs', policy.retentionMs, 10 * MINUTE, 31 * DAY)
  if (policy.deadLetter) checkRange('maxAttempts', policy.deadLetter.maxAttempts, 5, 100)
}
