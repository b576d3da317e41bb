// What every Bus must do, whoever implements it: the same tests run on the in-process engine, on the emulator through the
// production client, and on the real thing. Each test has topics and functions of its own, and polls for what it awaits.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe } from 'vitest'
import type { Bus } from '../../shared/ports.ts'
import { deliveryTests } from './bus-contract-delivery.ts'
import { topicTests } from './bus-contract-topics.ts'

/** What a function was called with. */
export interface Received {
  readonly topic: string
  readonly subscription: string
  readonly messageId: string
  readonly data: string
  readonly attributes: Readonly<Record<string, string>>
}

export interface BusHarness {
  readonly bus: Bus
  /** Takes what was refused so often. It is there. */
  readonly deadLetter: { readonly topic: string; readonly maxAttempts: number }
  /** From now on this answers the function's deliveries; a rejection refuses one. */
  handle(functionName: string, answer: (message: Received) => Promise<void>): void
  /** Waits until the condition holds; throws `what` when it does not in good time. */
  settle(what: string, holds: () => boolean): Promise<void>
  close(): Promise<void>
}

export interface BusSubject {
  readonly harness: BusHarness
  readonly bus: Bus
  /** A name that nobody else uses. */
  fresh(kind: string): string
  /** A new topic. */
  topic(): Promise<string>
  /** A new function, subscribed to the topic; answers its name and what it gets. */
  listen(topic: string): Promise<{ target: string; subscription: string; received: Received[] }>
}

export function busContract(name: string, open: () => Promise<BusHarness>): void {
  describe(`bus contract: ${name}`, () => {
    let opened: BusHarness | undefined
    beforeAll(async () => {
      opened = await open()
    }, 60_000)
    afterAll(async () => await opened?.close())

    const subject: BusSubject = {
      get harness() {
        if (!opened) throw new Error('the bus is not open')
        return opened
      },
      get bus() {
        return this.harness.bus
      },
      fresh: (kind) => `${kind}-${randomUUID().slice(0, 13)}`,
      async topic() {
        const topic = this.fresh('topic')
        await this.bus.createTopic(topic, { app: 'kindling-contract' })
        return topic
      },
      async listen(topic) {
        const target = this.fresh('function')
        const subscription = this.fresh('subscription')
        const received: Received[] = []
        this.harness.handle(target, async (message) => {
          await Promise.resolve()
          received.push(message)
        })
        await this.bus.subscribe(topic, subscription, target)
        return { target, subscription, received }
      },
    }
    topicTests(subject)
    deliveryTests(subject)
  })
}
