// The message bus of the local stack, in process: Pub/Sub's topics and push subscriptions behind the Bus port. At least
// once, in no order, each subscription each message; a message to a topic without subscriptions is gone.
import { CallError } from '../../../shared/call-error.ts'
import {
  checkDeliveryPolicy,
  checkLabels,
  checkMember,
  checkMessage,
  checkResourceName,
  type DeliveryPolicy,
} from '../../../shared/clients/pubsub-limits.ts'
import type { Clock, Bus, BusMessage } from '../../../shared/ports.ts'
import { busAsMember } from './bus-as-member.ts'
import {
  type PushedMessage,
  type PushSubscription,
  pushSubscription,
  type StoredMessage,
} from './push-subscription.ts'

/** What tests and the simulation may do to deliveries. */
export interface BusKnobs {
  /** Extra copies of a message for one subscription. */
  readonly duplicate?: () => number
  /** Milliseconds before a delivery; differing ones change the order. */
  readonly delayMs?: () => number
  /** Whether a message never reaches this function. */
  readonly drop?: (functionName: string) => boolean
}

export interface BusEngineOptions {
  readonly clock: Clock
  /** Calls the function; resolving acknowledges. `attempt` counts from 1. */
  readonly deliver: (functionName: string, message: PushedMessage, attempt: number) => Promise<void>
  readonly retry: (functionName: string) => DeliveryPolicy
  readonly knobs?: BusKnobs
}

export interface BusEngine extends Bus {
  /** The bus as one IAM member meets it, who may do no more than publish where it is allowed to. */
  as(member: string): Bus
  /** Messages that are not yet acknowledged, being delivered or waiting for their next delivery. */
  waiting(): number
  /** Drops everything that waits. */
  close(): void
}

interface TopicEntry {
  readonly labels: Readonly<Record<string, string>>
  publishers: readonly string[]
}

interface SubscriptionEntry {
  readonly name: string
  /** The topic; gone when that was deleted, while what it had already taken is still delivered. */
  topic: string | undefined
  readonly target: string
  readonly push: PushSubscription
}

export function busEngine({ clock, deliver, retry, knobs = {} }: BusEngineOptions): BusEngine {
  const topics = new Map<string, TopicEntry>()
  const subscriptions = new Map<string, SubscriptionEntry>()
  let messages = 0

  function mustTopic(name: string): TopicEntry {
    const topic = topics.get(name)
    if (!topic) throw new CallError('not-found', `bus: there is no topic ${name}`)
    return topic
  }

  const subscriptionsOf = (topic: string): SubscriptionEntry[] =>
    [...subscriptions.values()].filter((subscription) => subscription.topic === topic)

  /** Stores the message for every subscription; answers its id. */
  function store(topic: string, { data, attributes }: BusMessage): string {
    const message: StoredMessage = {
      messageId: String(++messages),
      data,
      attributes: { ...attributes },
      publishTime: clock.now(),
    }
    for (const { push, target } of subscriptionsOf(topic)) {
      if (knobs.drop?.(target)) continue
      const copies = 1 + (knobs.duplicate?.() ?? 0)
      for (let copy = 0; copy < copies; copy++) push.take(message)
    }
    return message.messageId
  }

  function open(topic: string, name: string, target: string, policy: DeliveryPolicy): void {
    const push = pushSubscription({
      clock,
      policy,
      delayMs: () => knobs.delayMs?.() ?? 0,
      push: async (message, attempt) =>
        await deliver(
          target,
          { ...message, attributes: { ...message.attributes }, topic, subscription: name },
          attempt,
        ),
      bury(message, attempts) {
        const grave = policy.deadLetter?.topic
        if (grave === undefined || !topics.has(grave)) return false
        store(grave, { data: message.data, attributes: buried(message, name, attempts) })
        return true
      },
    })
    subscriptions.set(name, { name, topic, target, push })
  }

  const bus: Bus = {
    async publish(topic, message) {
      await Promise.resolve()
      checkMessage(topic, message)
      mustTopic(topic)
      return store(topic, message)
    },
    async getTopic(name) {
      await Promise.resolve()
      const topic = topics.get(name)
      return (
        topic && {
          name,
          labels: { ...topic.labels },
          publishers: [...topic.publishers],
          subscriptions: subscriptionsOf(name).map((entry) => ({
            name: entry.name,
            target: entry.target,
          })),
        }
      )
    },
    async createTopic(name, labels) {
      await Promise.resolve()
      checkResourceName('topic', name)
      checkLabels(labels)
      if (topics.has(name)) throw new CallError('exists', `bus: the topic ${name} exists already`)
      topics.set(name, { labels: { ...labels }, publishers: [] })
    },
    async allowPublisher(topic, member) {
      await Promise.resolve()
      checkMember(member)
      mustTopic(topic).publishers = [member]
    },
    async subscribe(topic, subscription, functionName) {
      await Promise.resolve()
      checkResourceName('subscription', subscription)
      const policy = retry(functionName)
      checkDeliveryPolicy(policy)
      if (subscriptions.has(subscription))
        throw new CallError('exists', `bus: the subscription ${subscription} exists already`)
      mustTopic(topic)
      open(topic, subscription, functionName, policy)
    },
    async unsubscribe(name) {
      await Promise.resolve()
      const subscription = subscriptions.get(name)
      if (!subscription) throw new CallError('not-found', `bus: there is no subscription ${name}`)
      subscription.push.close()
      subscriptions.delete(name)
    },
    async deleteTopic(name) {
      await Promise.resolve()
      mustTopic(name)
      topics.delete(name)
      for (const subscription of subscriptionsOf(name)) subscription.topic = undefined
    },
  }

  const all = (): PushSubscription[] => [...subscriptions.values()].map(({ push }) => push)
  return {
    ...bus,
    as: (member) => busAsMember(bus, member, (topic) => mustTopic(topic).publishers),
    waiting: () => all().reduce((sum, push) => sum + push.waiting(), 0),
    close: () => all().forEach((push) => push.close()),
  }
}

/** The attributes that Pub/Sub adds to a dead letter. */
function buried(
  message: StoredMessage,
  subscription: string,
  attempts: number,
): Record<string, string> {
  return {
    ...message.attributes,
    CloudPubSubDeadLetterSourceDeliveryCount: String(attempts),
    CloudPubSubDeadLetterSourceSubscription: subscription,
    CloudPubSubDeadLetterSourceTopicPublishTime: new Date(message.publishTime).toISOString(),
  }
}
