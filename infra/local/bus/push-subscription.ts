// One push subscription of the bus engine: takes messages, delivers each until it is acknowledged, and gives up only as
// Pub/Sub does (retention, dead letter, the subscription's end).
import type { Clock } from '../../../shared/ports.ts'
import type { DeliveryPolicy } from '../../../shared/clients/pubsub-limits.ts'
import { backOff, type Instant } from '../../../shared/domain/time.ts'

export interface StoredMessage {
  readonly messageId: string
  readonly data: string
  readonly attributes: Readonly<Record<string, string>>
  readonly publishTime: Instant
}

/** What a function gets. */
export interface PushedMessage extends StoredMessage {
  readonly topic: string
  readonly subscription: string
}

export interface PushTarget {
  readonly clock: Clock
  readonly policy: DeliveryPolicy
  /** Pushes once. `attempt` counts from 1. A rejection asks for another. */
  push(message: StoredMessage, attempt: number): Promise<void>
  /** Milliseconds before each delivery. */
  delayMs(): number
  /** Stores the message on the dead-letter topic; `false` when that does not exist. */
  bury(message: StoredMessage, attempts: number): boolean
}

export interface PushSubscription {
  /** Delivers the message until it is acknowledged. */
  take(message: StoredMessage): void
  /** Messages taken and neither acknowledged nor given up. */
  waiting(): number
  /** Drops what waits. What is being delivered is not called back. */
  close(): void
}

export function pushSubscription(target: PushTarget): PushSubscription {
  const { clock, policy } = target
  /** What waits: how to call off its next step. */
  const waiting = new Map<symbol, () => void>()

  function settleAttempt(key: symbol, message: StoredMessage, attempt: number): void {
    const { deadLetter } = policy
    if (deadLetter && attempt >= deadLetter.maxAttempts && target.bury(message, attempt)) {
      waiting.delete(key)
      return
    }
    const { minBackoffMs, maxBackoffMs } = policy
    deliverLater(key, message, attempt + 1, backOff(attempt - 1, minBackoffMs, maxBackoffMs))
  }

  function deliverLater(key: symbol, message: StoredMessage, attempt: number, ms: number): void {
    const wait = ms + target.delayMs()
    if (clock.now() + wait >= message.publishTime + policy.retentionMs) {
      waiting.delete(key)
      return
    }
    waiting.set(
      key,
      clock.after(wait, () => deliverNow(key, message, attempt)),
    )
  }

  function deliverNow(key: symbol, message: StoredMessage, attempt: number): void {
    let over = false
    const end = (acknowledged: boolean): void => {
      if (over || !waiting.has(key)) return
      over = true
      stopDeadline()
      if (acknowledged) waiting.delete(key)
      else settleAttempt(key, message, attempt)
    }
    const stopDeadline = clock.after(policy.ackDeadlineMs, () => end(false))
    waiting.set(key, stopDeadline)
    void target.push(message, attempt).then(
      () => end(true),
      () => end(false),
    )
  }

  return {
    take: (message) => deliverLater(Symbol(message.messageId), message, 1, 0),
    waiting: () => waiting.size,
    close() {
      for (const callOff of waiting.values()) callOff()
      waiting.clear()
    },
  }
}
