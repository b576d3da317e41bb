// The part of the bus contract about messages: what is taken, who gets it, and how often.
import { describe, expect, test } from 'vitest'
import type { BusMessage } from '../../shared/ports.ts'
import type { BusSubject, Received } from './bus-contract.ts'

const text = (data: string): BusMessage => ({ data, attributes: {} })

const idsOf = (received: readonly Received[]): string[] => [
  ...new Set(received.map(({ messageId }) => messageId)),
]

export function deliveryTests(subject: BusSubject): void {
  publishTests(subject)
  pushTests(subject)
}

function publishTests(subject: BusSubject): void {
  describe('publish', () => {
    test('each message has an id of its own', async () => {
      const topic = await subject.topic()
      const ids = await Promise.all([1, 2, 3].map(() => subject.bus.publish(topic, text('same'))))
      expect(new Set(ids).size).toBe(3)
      expect(ids).not.toContain('')
    })

    test('a topic that is not there is not-found', async () => {
      const lost = subject.bus.publish(subject.fresh('topic'), text('x'))
      await expect(lost).rejects.toMatchObject({ name: 'CallError', kind: 'not-found' })
    })

    test.for<[string, BusMessage]>([
      ['more than 10 MB', text('x'.repeat(10_000_001))],
      ['more than 10 MB in UTF-8', text('é'.repeat(5_000_001))],
      ['nothing in it', text('')],
      ['an attribute without a name', { data: 'x', attributes: { '': 'x' } }],
      ["an attribute of Google's", { data: 'x', attributes: { 'googclient-x': 'x' } }],
      ['a long attribute', { data: 'x', attributes: { a: 'x'.repeat(1025) } }],
      ['a long attribute name', { data: 'x', attributes: { ['a'.repeat(257)]: 'x' } }],
      [
        '101 attributes',
        {
          data: 'x',
          attributes: Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`a${n}`, ''])),
        },
      ],
    ])('a message with %s is refused, and nobody gets it', async ([, message]) => {
      const topic = await subject.topic()
      const { received } = await subject.listen(topic)
      const refused = subject.bus.publish(topic, message)
      await expect(refused).rejects.toMatchObject({ name: 'CallError', kind: 'invalid' })
      await subject.bus.publish(topic, text('after'))
      await subject.harness.settle('the next message', () => received.length > 0)
      expect(new Set(received.map(({ data }) => data))).toEqual(new Set(['after']))
    })
  })
}

function pushTests(subject: BusSubject): void {
  describe('delivery', () => {
    test('a message arrives as it was published', async () => {
      const topic = await subject.topic()
      const { received, subscription } = await subject.listen(topic)
      const data = JSON.stringify({ specversion: '1.0', data: { text: 'größer 文 🙂' } })
      const attributes = { traceparent: '00-1-2-00', 'ce-type': 'x', empty: '' }
      const messageId = await subject.bus.publish(topic, { data, attributes })
      await subject.harness.settle('the message', () => received.length > 0)
      expect(received[0]).toEqual({ topic, subscription, messageId, data, attributes })
    })

    test('a message may be attributes alone', async () => {
      const topic = await subject.topic()
      const { received } = await subject.listen(topic)
      await subject.bus.publish(topic, { data: '', attributes: { only: 'this' } })
      await subject.harness.settle('the message', () => received.length > 0)
      expect(received[0]).toMatchObject({ data: '', attributes: { only: 'this' } })
    })

    test('a message of 1 MB arrives', async () => {
      const topic = await subject.topic()
      const { received } = await subject.listen(topic)
      await subject.bus.publish(topic, text('x'.repeat(1_000_000)))
      await subject.harness.settle('the message', () => received.length > 0)
      expect(received[0]?.data).toHaveLength(1_000_000)
    })

    test('each subscription gets each message, also two of one function', async () => {
      const topic = await subject.topic()
      const one = await subject.listen(topic)
      const two = await subject.listen(topic)
      const second = subject.fresh('subscription')
      await subject.bus.subscribe(topic, second, one.target)
      const id = await subject.bus.publish(topic, text('x'))
      await subject.harness.settle('three deliveries', () => {
        const subscriptions = new Set(one.received.map(({ subscription }) => subscription))
        return subscriptions.size === 2 && two.received.length > 0
      })
      expect(idsOf([...one.received, ...two.received])).toEqual([id])
    })

    test('a message published before there was a subscription is gone', async () => {
      const topic = await subject.topic()
      await subject.bus.publish(topic, text('before'))
      const { received } = await subject.listen(topic)
      await subject.bus.publish(topic, text('after'))
      await subject.harness.settle('the later message', () => received.length > 0)
      expect(new Set(received.map(({ data }) => data))).toEqual(new Set(['after']))
    })

    test('100 messages all arrive', async () => {
      const topic = await subject.topic()
      const { received } = await subject.listen(topic)
      const ids = await Promise.all(
        Array.from({ length: 100 }, (_, n) => subject.bus.publish(topic, text(`message ${n}`))),
      )
      await subject.harness.settle('100 messages', () => idsOf(received).length === 100)
      expect(idsOf(received).toSorted()).toEqual(ids.toSorted())
    })

    test('a message that is refused comes again, and holds up nobody else', async () => {
      const topic = await subject.topic()
      const steady = await subject.listen(topic)
      const target = subject.fresh('function')
      const received: Received[] = []
      subject.harness.handle(target, async (message) => {
        received.push(message)
        if (received.length < 3) throw new Error('not yet')
        await Promise.resolve()
      })
      await subject.bus.subscribe(topic, subject.fresh('subscription'), target)
      const id = await subject.bus.publish(topic, text('again'))
      await subject.harness.settle('three deliveries', () => received.length >= 3)
      expect(idsOf(received)).toEqual([id])
      expect(new Set(received.map(({ data }) => data))).toEqual(new Set(['again']))
      expect(idsOf(steady.received)).toEqual([id])
    })

    test('a message that is always refused becomes a dead letter, and comes no more', async () => {
      const { topic: graves, maxAttempts } = subject.harness.deadLetter
      const { received: dead } = await subject.listen(graves)
      const topic = await subject.topic()
      const target = subject.fresh('function')
      let tries = 0
      subject.harness.handle(target, async () => {
        tries++
        await Promise.reject(new Error('never'))
      })
      const subscription = subject.fresh('subscription')
      await subject.bus.subscribe(topic, subscription, target)
      const data = `poison ${subscription}`
      await subject.bus.publish(topic, { data, attributes: { by: 'test' } })
      const mine = (): Received[] => dead.filter((letter) => letter.data === data)
      await subject.harness.settle('the dead letter', () => mine().length > 0)
      expect(tries).toBe(maxAttempts)
      expect(mine()[0]?.attributes).toMatchObject({
        by: 'test',
        CloudPubSubDeadLetterSourceDeliveryCount: String(maxAttempts),
        CloudPubSubDeadLetterSourceSubscription: subscription,
      })
      const after = await subject.listen(topic)
      await subject.bus.publish(topic, text('after'))
      await subject.harness.settle('the next message', () => after.received.length > 0)
      expect(new Set(mine().map(({ messageId }) => messageId)).size).toBe(1)
    })

    test('a subscription that ended gets nothing more', async () => {
      const topic = await subject.topic()
      const ended = await subject.listen(topic)
      const other = await subject.listen(topic)
      await subject.bus.unsubscribe(ended.subscription)
      await subject.bus.publish(topic, text('after'))
      await subject.harness.settle('the other delivery', () => other.received.length > 0)
      expect(ended.received).toEqual([])
    })
  })
}
