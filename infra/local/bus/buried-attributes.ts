// The attributes of a dead letter, as Pub/Sub forwards it: the message's own, and where it is from.
import type { Instant } from '../../../shared/domain/time.ts'

export interface Buried {
  readonly attributes: Readonly<Record<string, string>>
  readonly publishTime: Instant
}

export function buriedAttributes(
  { attributes, publishTime }: Buried,
  subscription: string,
  attempts: number,
): Record<string, string> {
  return {
    ...attributes,
    CloudPubSubDeadLetterSourceDeliveryCount: String(attempts),
    CloudPubSubDeadLetterSourceSubscription: subscription,
    CloudPubSubDeadLetterSourceTopicPublishTime: new Date(publishTime).toISOString(),
  }
}
