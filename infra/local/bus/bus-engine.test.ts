import { describe, expect, test } from 'vitest'
import type { DeliveryPolicy } from '../../../shared/clients/pubsub-limits.ts'
import { virtualClock } from '../clock.ts'
import { type BusKnobs, busEngine } from './bus-engine.ts'
import type { PushedMessage } from './push-subscription.ts'

const policy: DeliveryPolicy = {
  minBackoffMs: 10_000,
  maxBackoffMs: 60_000,
  ackDeadlineMs: 30_000,
  retentionMs: 3_600_000,
}
const hello = { data: 'hello', attributes: { by: 'test' } }

interface Delivery extends PushedMessage {
  readonly functionName: string
  readonly attempt: number
  /** Milliseconds since the start. */
  readonly after: number
}

/** A bus with topic `t` and function `f` on a virtual clock, and what was delivered. */
async function setUp(
  options: {
    policy?: Partial<DeliveryPolicy>
    knobs?: BusKnobs
    answer?: (delivery: Delivery) => Promise<void>
  } = {},
) {
  const clock = virtualClock()
  const start = clock.now()
  const delivered: Delivery[] = []
  const bus = busEngine({
    clock,
    retry: () => ({ ...policy, ...options.policy }),
    ...(options.knobs && { knobs: options.knobs }),
    async deliver(functionName, message, attempt) {
      const delivery = { ...message, functionName, attempt, after: clock.now() - start }
      delivered.push(delivery)
      await options.answer?.(delivery)
    },
  })
  await bus.createTopic('topic', {})
  await bus.subscribe('topic', 'subscription', 'f')
  return { clock, bus, delivered }
}

const refuse = async (): Promise<void> => await Promise.reject(new Error('no'))

describe('redelivery', () => {
  test('backs off from the least to the most, until acknowledged', async () => {
    const { clock, bus, delivered } = await setUp({
      answer: async ({ attempt }) => (attempt < 6 ? await refuse() : undefined),
    })
    await bus.publish('topic', hello)
    await clock.advance(1_000_000)
    expect(delivered.map(({ after }) => after)).toEqual([
      0, 10_000, 30_000, 70_000, 130_000, 190_000,
    ])
    expect(delivered.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5, 6])
    expect(new Set(delivered.map(({ messageId }) => messageId)).size).toBe(1)
    expect(bus.waiting()).toBe(0)
  })

  test('comes when there is no answer within the ack deadline; the late answer counts for nothing', async () => {
    const { clock, bus, delivered } = await setUp({
      answer: async () => await clock.sleep(35_000),
    })
    await bus.publish('topic', hello)
    await clock.advance(41_000)
    expect(delivered.map(({ after }) => after)).toEqual([0, 40_000])
    expect(bus.waiting()).toBe(1)
  })

  test('ends with the retention', async () => {
    const { clock, bus, delivered } = await setUp({
      policy: { retentionMs: 600_000 },
      answer: refuse,
    })
    await bus.publish('topic', hello)
    await clock.advance(10_000_000)
    expect(delivered.at(-1)?.after).toBe(550_000)
    expect(bus.waiting()).toBe(0)
  })

  test('ends with the subscription', async () => {
    const { clock, bus, delivered } = await setUp({ answer: refuse })
    await bus.publish('topic', hello)
    await clock.advance(5000)
    await bus.unsubscribe('subscription')
    await clock.advance(1_000_000)
    expect(delivered).toHaveLength(1)
    expect(bus.waiting()).toBe(0)
  })

  test('goes on when the topic is deleted', async () => {
    const { clock, bus, delivered } = await setUp({
      answer: async ({ attempt }) => (attempt < 2 ? await refuse() : undefined),
    })
    await bus.publish('topic', hello)
    await bus.deleteTopic('topic')
    await clock.advance(60_000)
    expect(delivered.map(({ attempt }) => attempt)).toEqual([1, 2])
  })

  test('is not kept from others by one that waits', async () => {
    const { clock, bus, delivered } = await setUp({
      answer: async ({ data }) => (data === 'bad' ? await refuse() : undefined),
    })
    await bus.publish('topic', { data: 'bad', attributes: {} })
    await bus.publish('topic', hello)
    await clock.advance(1)
    expect(delivered.map(({ data }) => data)).toEqual(['bad', 'hello'])
  })
})

describe('dead letter', () => {
  const deadLetter = { topic: 'dead-letter', maxAttempts: 5 }

  test('takes the message after so many attempts, and tells where it is from', async () => {
    const { clock, bus, delivered } = await setUp({
      policy: { deadLetter },
      answer: async ({ subscription }) =>
        subscription === 'subscription' ? await refuse() : undefined,
    })
    await bus.createTopic('dead-letter', {})
    await bus.subscribe('dead-letter', 'graves', 'sexton')
    await bus.publish('topic', hello)
    await clock.advance(1_000_000)
    expect(delivered.filter(({ functionName }) => functionName === 'f')).toHaveLength(5)
    expect(delivered.filter(({ functionName }) => functionName === 'sexton')).toMatchObject([
      {
        data: 'hello',
        attributes: {
          by: 'test',
          CloudPubSubDeadLetterSourceSubscription: 'subscription',
          CloudPubSubDeadLetterSourceDeliveryCount: '5',
        },
      },
    ])
    expect(bus.waiting()).toBe(0)
  })

  test('that does not exist takes nothing: the deliveries go on', async () => {
    const { clock, bus, delivered } = await setUp({ policy: { deadLetter }, answer: refuse })
    await bus.publish('topic', hello)
    await clock.advance(600_000)
    expect(delivered.length).toBeGreaterThan(5)
  })
})

test.for<[string, Partial<DeliveryPolicy>]>([
  ['an ack deadline under 10 s', { ackDeadlineMs: 9000 }],
  ['a back-off over 600 s', { maxBackoffMs: 601_000 }],
  ['a least back-off above the most', { minBackoffMs: 61_000 }],
  ['a retention under 10 min', { retentionMs: 599_000 }],
  ['fewer than 5 attempts', { deadLetter: { topic: 'dead', maxAttempts: 4 } }],
])('a subscription with %s is refused', async ([, wrong]) => {
  await expect(setUp({ policy: wrong })).rejects.toMatchObject({ kind: 'invalid' })
})

describe('knobs', () => {
  test('duplicate delivers the same message more than once', async () => {
    const { clock, bus, delivered } = await setUp({ knobs: { duplicate: () => 2 } })
    const id = await bus.publish('topic', hello)
    await clock.advance(0)
    expect(delivered.map(({ messageId }) => messageId)).toEqual([id, id, id])
  })

  test('delayMs changes the order', async () => {
    const delays = [20, 5]
    const { clock, bus, delivered } = await setUp({ knobs: { delayMs: () => delays.shift() ?? 0 } })
    await bus.publish('topic', { data: 'first', attributes: {} })
    await bus.publish('topic', { data: 'second', attributes: {} })
    await clock.advance(20)
    expect(delivered.map(({ data, after }) => [data, after])).toEqual([
      ['second', 5],
      ['first', 20],
    ])
  })

  test('drop keeps every message from one function only', async () => {
    const { clock, bus, delivered } = await setUp({ knobs: { drop: (name) => name === 'f' } })
    await bus.subscribe('topic', 'other-subscription', 'g')
    await bus.publish('topic', hello)
    await clock.advance(1_000_000)
    expect(delivered.map(({ functionName }) => functionName)).toEqual(['g'])
  })
})

describe('as a member', () => {
  const agent = 'serviceAccount:agent@project.iam.gserviceaccount.com'

  test('may publish only where it was let', async () => {
    const { clock, bus, delivered } = await setUp()
    const seen = bus.as(agent)
    await expect(seen.publish('topic', hello)).rejects.toMatchObject({ kind: 'denied' })
    await bus.allowPublisher('topic', agent)
    await seen.publish('topic', hello)
    await bus.allowPublisher('topic', 'serviceAccount:other@project.iam.gserviceaccount.com')
    await expect(seen.publish('topic', hello)).rejects.toMatchObject({ kind: 'denied' })
    await expect(seen.publish('nowhere', hello)).rejects.toMatchObject({ kind: 'not-found' })
    await clock.advance(0)
    expect(delivered).toHaveLength(1)
  })

  test('may do nothing else', async () => {
    const { bus } = await setUp()
    await bus.allowPublisher('topic', agent)
    const seen = bus.as(agent)
    const tries = [
      seen.getTopic('topic'),
      seen.createTopic('another', {}),
      seen.allowPublisher('topic', agent),
      seen.subscribe('topic', 'mine', 'f'),
      seen.unsubscribe('subscription'),
      seen.deleteTopic('topic'),
    ]
    for (const outcome of await Promise.allSettled(tries))
      expect(outcome).toMatchObject({ status: 'rejected', reason: { kind: 'denied' } })
  })
})

test('delivery never runs in the stack of the publisher', async () => {
  const { clock, bus, delivered } = await setUp()
  await bus.publish('topic', hello)
  expect(delivered).toEqual([])
  expect(bus.waiting()).toBe(1)
  await clock.advance(0)
  expect(delivered).toHaveLength(1)
})
