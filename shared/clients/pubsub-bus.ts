// The Bus on Pub/Sub. Messages are sent one by one and at once: whoever publishes here waits for it to be stored.
// Built by functions/*/index.ts and infra only.
import type { Bus, Topic } from '../ports.ts'
import { CallError } from '../call-error.ts'
import {
  CALL_TIMEOUT_MS,
  callOptions,
  type ProjectClientOptions,
  repeatCall,
  withDeadline,
} from './grpc-call.ts'
import { grpcCallError } from './grpc-errors.ts'
import { openPubsub, type PubsubApi } from './pubsub-api.ts'
import {
  checkLabels,
  checkMember,
  checkMessage,
  checkResourceName,
  type DeliveryPolicy,
} from './pubsub-limits.ts'
import { pushSubscriptionOf, TARGET_LABEL } from './pubsub-subscription.ts'
import { type TopicAccess, topicPolicy } from './topic-access.ts'

export interface PubsubBusOptions extends ProjectClientOptions {
  /** Where messages of this topic reach the function of this name. */
  readonly pushEndpoint: (functionName: string, topic: string) => string
  /** Signs the pushes, so that the function can be closed to everybody else. */
  readonly pushServiceAccount?: string
  readonly retry: (functionName: string) => DeliveryPolicy
  /** In place of the topics' IAM policies, which the emulator has not. */
  readonly access?: TopicAccess
}

export interface PubsubBus extends Bus {
  close(): Promise<void>
}

export function pubsubBus(options: PubsubBusOptions): PubsubBus {
  const { projectId, clock, callTimeoutMs = CALL_TIMEOUT_MS } = options
  const emulator = options.emulatorHost
  let opened: Promise<PubsubApi> | undefined
  const open = async (): Promise<PubsubApi> => await (opened ??= openPubsub(projectId, emulator))

  const topicName = (topic: string): string => `projects/${projectId}/topics/${topic}`
  const subscriptionName = (name: string): string => `projects/${projectId}/subscriptions/${name}`
  const access =
    options.access ?? topicPolicy(async () => (await open()).policies, topicName, callTimeoutMs)

  /** A call that may be made twice. */
  async function repeatable<T>(
    name: string,
    writes: boolean,
    call: (api: PubsubApi, timeoutMs: number) => Promise<T>,
  ): Promise<T> {
    return await repeatCall(
      clock,
      callTimeoutMs,
      { name: `bus: ${name}`, writes },
      async (ms) =>
        await withDeadline(
          clock,
          ms,
          open().then(async (api) => await call(api, ms)),
        ),
    )
  }

  async function once(name: string, call: (api: PubsubApi) => Promise<unknown>): Promise<void> {
    try {
      await withDeadline(clock, callTimeoutMs, open().then(call))
    } catch (error) {
      throw grpcCallError(error, `bus: ${name}`, true)
    }
  }

  async function labelsOf(topic: string): Promise<Readonly<Record<string, string>> | undefined> {
    try {
      const [found] = await repeatable(
        `get topic ${topic}`,
        false,
        async ({ publisher }, ms) =>
          await publisher.getTopic({ topic: topicName(topic) }, callOptions(ms)),
      )
      return found.labels ?? {}
    } catch (error) {
      if (error instanceof CallError && error.kind === 'not-found') return undefined
      throw error
    }
  }

  async function subscriptionsOf(topic: string): Promise<Topic['subscriptions']> {
    const [names] = await repeatable(
      `list ${topic}`,
      false,
      async ({ publisher }, ms) =>
        await publisher.listTopicSubscriptions({ topic: topicName(topic) }, callOptions(ms)),
    )
    return await Promise.all(
      names.map(async (subscription) => {
        const [found] = await repeatable(
          `get ${subscription}`,
          false,
          async ({ subscriber }, ms) =>
            await subscriber.getSubscription({ subscription }, callOptions(ms)),
        )
        const target = found.labels?.[TARGET_LABEL] ?? found.pushConfig?.pushEndpoint ?? ''
        return { name: subscription.slice(subscription.lastIndexOf('/') + 1), target }
      }),
    )
  }

  async function getTopic(name: string): Promise<Topic | undefined> {
    const labels = await labelsOf(name)
    if (!labels) return undefined
    const [subscriptions, publishers] = await Promise.all([
      subscriptionsOf(name),
      access.publishers(name).catch((error: unknown) => {
        throw grpcCallError(error, `bus: get the policy of ${name}`, false)
      }),
    ])
    return { name, labels, publishers, subscriptions }
  }

  return {
    async publish(topic, message) {
      checkMessage(topic, message)
      const messages = [{ data: Buffer.from(message.data), attributes: { ...message.attributes } }]
      const [answer] = await repeatable(
        `publish to ${topic}`,
        true,
        async ({ publisher }, ms) =>
          await publisher.publish({ topic: topicName(topic), messages }, callOptions(ms)),
      )
      const id = answer.messageIds?.[0]
      if (!id) throw new CallError('unknown-outcome', `bus: publish to ${topic}: no message id`)
      return id
    },
    getTopic,
    async createTopic(topic, labels) {
      checkResourceName('topic', topic)
      checkLabels(labels)
      await once(
        `create topic ${topic}`,
        async ({ publisher }) =>
          await publisher.createTopic(
            { name: topicName(topic), labels: { ...labels } },
            callOptions(callTimeoutMs),
          ),
      )
    },
    async allowPublisher(topic, member) {
      checkMember(member)
      if (!(await labelsOf(topic)))
        throw new CallError('not-found', `bus: there is no topic ${topic}`)
      await once(`let ${member} publish to ${topic}`, async () => await access.grant(topic, member))
    },
    async subscribe(topic, subscription, functionName) {
      checkResourceName('subscription', subscription)
      const request = pushSubscriptionOf({
        name: subscriptionName(subscription),
        topic: topicName(topic),
        functionName,
        endpoint: options.pushEndpoint(functionName, topic),
        serviceAccount: options.pushServiceAccount,
        policy: options.retry(functionName),
        topicName,
      })
      await once(
        `subscribe ${functionName} to ${topic}`,
        async ({ subscriber }) =>
          await subscriber.createSubscription(request, callOptions(callTimeoutMs)),
      )
    },
    async unsubscribe(subscription) {
      await once(
        `delete subscription ${subscription}`,
        async ({ subscriber }) =>
          await subscriber.deleteSubscription(
            { subscription: subscriptionName(subscription) },
            callOptions(callTimeoutMs),
          ),
      )
    },
    async deleteTopic(topic) {
      await once(
        `delete topic ${topic}`,
        async ({ publisher }) =>
          await publisher.deleteTopic({ topic: topicName(topic) }, callOptions(callTimeoutMs)),
      )
    },
    async close() {
      if (opened) await (await opened).close()
    },
  }
}
