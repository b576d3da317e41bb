import { expect, test } from 'vitest'
import { pushSubscriptionOf } from './pubsub-subscription.ts'

const settings = {
  name: 'projects/p/subscriptions/s',
  topic: 'projects/p/topics/t',
  functionName: 'pod-ready',
  endpoint: 'https://pod-ready.example/',
  serviceAccount: 'push@p.iam.gserviceaccount.com',
  policy: {
    minBackoffMs: 1500,
    maxBackoffMs: 60_000,
    ackDeadlineMs: 30_000,
    retentionMs: 3_600_000,
    deadLetter: { topic: 'dead', maxAttempts: 7 },
  },
  topicName: (topic: string) => `projects/p/topics/${topic}`,
}

test('a subscription pushes to one function, by its settings, signed, and never expires', () => {
  expect(pushSubscriptionOf(settings)).toEqual({
    name: 'projects/p/subscriptions/s',
    topic: 'projects/p/topics/t',
    labels: { 'kindling-function': 'pod-ready' },
    pushConfig: {
      pushEndpoint: 'https://pod-ready.example/',
      oidcToken: { serviceAccountEmail: 'push@p.iam.gserviceaccount.com' },
    },
    ackDeadlineSeconds: 30,
    messageRetentionDuration: { seconds: 3600, nanos: 0 },
    retryPolicy: {
      minimumBackoff: { seconds: 1, nanos: 500_000_000 },
      maximumBackoff: { seconds: 60, nanos: 0 },
    },
    expirationPolicy: {},
    deadLetterPolicy: { deadLetterTopic: 'projects/p/topics/dead', maxDeliveryAttempts: 7 },
  })
})

test('without service account or dead letter there is none', () => {
  const { deadLetter: _, ...policy } = settings.policy
  const request = pushSubscriptionOf({ ...settings, serviceAccount: undefined, policy })
  expect(request.pushConfig).toEqual({ pushEndpoint: settings.endpoint })
  expect(request).not.toHaveProperty('deadLetterPolicy')
})

test('without a wait between deliveries there is no retry policy: a message comes again at once', () => {
  const policy = { ...settings.policy, minBackoffMs: 0, maxBackoffMs: 0 }
  expect(pushSubscriptionOf({ ...settings, policy })).not.toHaveProperty('retryPolicy')
})

test('what is no function name is refused', () => {
  expect(() => pushSubscriptionOf({ ...settings, functionName: 'Pod Ready' })).toThrow(
    '"Pod Ready" is no function name',
  )
})
