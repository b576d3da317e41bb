// A push subscription as Pub/Sub takes it: delivers to one function, by the settings of that function, and never expires.
import { CallError } from '../call-error.ts'
import { checkDeliveryPolicy, type DeliveryPolicy } from './pubsub-limits.ts'

/** Says which function a subscription calls; Terraform sets it on the fixed ones. */
export const TARGET_LABEL = 'kindling-function'

interface PushSubscriptionSettings {
  /** Full names: `projects/P/...` */
  readonly name: string
  readonly topic: string
  readonly functionName: string
  readonly endpoint: string
  readonly serviceAccount: string | undefined
  readonly policy: DeliveryPolicy
  readonly topicName: (topic: string) => string
}

const duration = (ms: number) => ({
  seconds: Math.floor(ms / 1000),
  nanos: (ms % 1000) * 1_000_000,
})

/** Throws `invalid`. */
export function pushSubscriptionOf(settings: PushSubscriptionSettings) {
  const { policy, functionName, serviceAccount } = settings
  checkDeliveryPolicy(policy)
  if (!/^[a-z0-9_-]{1,63}$/.test(functionName))
    throw new CallError('invalid', `bus: "${functionName.slice(0, 80)}" is no function name`)
  const { deadLetter } = policy
  return {
    name: settings.name,
    topic: settings.topic,
    labels: { [TARGET_LABEL]: functionName },
    pushConfig: {
      pushEndpoint: settings.endpoint,
      ...(serviceAccount && { oidcToken: { serviceAccountEmail: serviceAccount } }),
    },
    ackDeadlineSeconds: Math.ceil(policy.ackDeadlineMs / 1000),
    messageRetentionDuration: duration(policy.retentionMs),
    // Without one a message comes again at once.
    ...(policy.maxBackoffMs > 0 && {
      retryPolicy: {
        minimumBackoff: duration(policy.minBackoffMs),
        maximumBackoff: duration(policy.maxBackoffMs),
      },
    }),
    /** Without a time to live = never, where leaving it out means 31 days. */
    expirationPolicy: {},
    ...(deadLetter && {
      deadLetterPolicy: {
        deadLetterTopic: settings.topicName(deadLetter.topic),
        maxDeliveryAttempts: deadLetter.maxAttempts,
      },
    }),
  }
}
