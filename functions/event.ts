// What wakes a function, whatever carried it: the part of Pub/Sub's and Firestore's events that handlers read.
import type { Message } from '../shared/runtime/intake.ts'

/** A message on a topic. */
export interface MessageEvent {
  readonly topic: string
  readonly message: Message
}

/** A document was created. */
export interface DocumentEvent {
  /** Below the database: `accounts/acme/attempts/...`. */
  readonly path: string
}

/** A call by an operator. */
export interface CallEvent {
  readonly body: unknown
}
