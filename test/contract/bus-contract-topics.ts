// The part of the bus contract about topics, subscriptions and who may publish.
import { describe, expect, test } from 'vitest'
import type { BusSubject } from './bus-contract.ts'

const kind = (expected: string): object => ({ name: 'CallError', kind: expected })

const byName = (x: { name: string }, y: { name: string }): number => (x.name < y.name ? -1 : 1)

export function topicTests(subject: BusSubject): void {
  describe('topics', () => {
    test('a topic that is not there is undefined', async () => {
      expect(await subject.bus.getTopic(subject.fresh('topic'))).toBeUndefined()
    })

    test('a new topic has its labels, and neither publishers nor subscriptions', async () => {
      const name = `${subject.fresh('pod-snapshot')}.account`
      const labels = { account: 'a-1', workspace: 'w_1', empty: '' }
      await subject.bus.createTopic(name, labels)
      const expected = { name, labels, publishers: [], subscriptions: [] }
      expect(await subject.bus.getTopic(name)).toEqual(expected)
    })

    test('a topic is created once', async () => {
      const topic = await subject.topic()
      await expect(subject.bus.createTopic(topic, {})).rejects.toMatchObject(kind('exists'))
      expect((await subject.bus.getTopic(topic))?.labels).toEqual({ app: 'kindling-contract' })
    })

    test.for(['ab', '1-topic', 'goog-topic', 'to pic', 'to/pic', 't'.repeat(256), ''])(
      'the topic name "%.20s" is refused',
      async (name) => {
        await expect(subject.bus.createTopic(name, {})).rejects.toMatchObject(kind('invalid'))
      },
    )

    test.for<[string, Record<string, string>]>([
      ['a capital in the key', { App: 'x' }],
      ['a capital in the value', { app: 'X' }],
      ['a dot in the key', { 'a.b': 'x' }],
      ['a digit first', { '1a': 'x' }],
      ['a long key', { ['k'.repeat(64)]: 'x' }],
      ['a long value', { app: 'x'.repeat(64) }],
      ['65 labels', Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`k${n}`, 'x']))],
    ])('labels with %s are refused', async ([, labels]) => {
      const topic = subject.fresh('topic')
      await expect(subject.bus.createTopic(topic, labels)).rejects.toMatchObject(kind('invalid'))
      expect(await subject.bus.getTopic(topic)).toBeUndefined()
    })

    test('a deleted topic is gone, and a new one of its name has no subscriptions', async () => {
      const topic = await subject.topic()
      const { subscription } = await subject.listen(topic)
      await subject.bus.deleteTopic(topic)
      expect(await subject.bus.getTopic(topic)).toBeUndefined()
      await expect(subject.bus.deleteTopic(topic)).rejects.toMatchObject(kind('not-found'))
      const message = { data: 'x', attributes: {} }
      await expect(subject.bus.publish(topic, message)).rejects.toMatchObject(kind('not-found'))
      await subject.bus.createTopic(topic, {})
      expect((await subject.bus.getTopic(topic))?.subscriptions).toEqual([])
      await subject.bus.unsubscribe(subscription)
    })
  })

  publisherTests(subject)
  subscriptionTests(subject)
}

function publisherTests(subject: BusSubject): void {
  describe('publishers', () => {
    test('one member may publish, in place of those who could before', async () => {
      const topic = await subject.topic()
      const other = await subject.topic()
      const member = 'serviceAccount:agent@demo-project.iam.gserviceaccount.com'
      await subject.bus.allowPublisher(topic, member)
      expect((await subject.bus.getTopic(topic))?.publishers).toEqual([member])
      expect((await subject.bus.getTopic(other))?.publishers).toEqual([])
      const next =
        'principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p.svc.id.goog/subject/ns/n/sa/s'
      await subject.bus.allowPublisher(topic, next)
      await subject.bus.allowPublisher(topic, next)
      expect((await subject.bus.getTopic(topic))?.publishers).toEqual([next])
    })

    test('what is no member, or no topic, is refused', async () => {
      const topic = await subject.topic()
      await expect(subject.bus.allowPublisher(topic, 'agent')).rejects.toMatchObject(
        kind('invalid'),
      )
      const member = 'serviceAccount:agent@demo-project.iam.gserviceaccount.com'
      await expect(
        subject.bus.allowPublisher(subject.fresh('topic'), member),
      ).rejects.toMatchObject(kind('not-found'))
    })
  })
}

function subscriptionTests(subject: BusSubject): void {
  describe('subscriptions', () => {
    test('a topic names its subscriptions and the functions they call', async () => {
      const topic = await subject.topic()
      const one = await subject.listen(topic)
      const two = await subject.listen(topic)
      await subject.listen(await subject.topic())
      const found = (await subject.bus.getTopic(topic))?.subscriptions ?? []
      const expected = [one, two].map(({ subscription, target }) => ({
        name: subscription,
        target,
      }))
      expect(found.toSorted(byName)).toEqual(expected.toSorted(byName))
    })

    test('a subscription is created once, on a topic that is there', async () => {
      const topic = await subject.topic()
      const { subscription, target } = await subject.listen(topic)
      const again = subject.bus.subscribe(topic, subscription, target)
      await expect(again).rejects.toMatchObject(kind('exists'))
      const nowhere = subject.bus.subscribe(subject.fresh('topic'), subject.fresh('sub'), target)
      await expect(nowhere).rejects.toMatchObject(kind('not-found'))
    })

    test('a bad name is refused', async () => {
      const topic = await subject.topic()
      const bad = subject.bus.subscribe(topic, 'a b', subject.fresh('function'))
      await expect(bad).rejects.toMatchObject(kind('invalid'))
    })

    test('a subscription that ended is listed no more, and ends once', async () => {
      const topic = await subject.topic()
      const { subscription } = await subject.listen(topic)
      await subject.bus.unsubscribe(subscription)
      expect((await subject.bus.getTopic(topic))?.subscriptions).toEqual([])
      await expect(subject.bus.unsubscribe(subscription)).rejects.toMatchObject(kind('not-found'))
    })
  })
}
