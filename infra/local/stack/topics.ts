// The topics and push subscriptions that a deployment makes from the manifest of functions, with their retry settings.
import { lifecycle } from '../../../events/lifecycle.ts'
import { type FunctionName, type FunctionRow, manifest } from '../../../functions/manifest.ts'
import type { DeliveryPolicy } from '../../../shared/clients/pubsub-limits.ts'
import { seconds } from '../../../shared/domain/time.ts'
import type { Bus } from '../../../shared/ports.ts'

const RETENTION = seconds(7 * 24 * 60 * 60)
const rows: Readonly<Record<FunctionName, FunctionRow>> = manifest

/** How messages are delivered to the function of this name. */
export function deliveryPolicy(name: string): DeliveryPolicy {
  const row = Object.entries(rows).find(([each]) => each === name)?.[1]
  if (!row) throw new Error(`there is no function "${name}"`)
  return {
    minBackoffMs: seconds(row.retry.minS),
    maxBackoffMs: seconds(row.retry.maxS),
    ackDeadlineMs: seconds(row.timeoutS),
    retentionMs: RETENTION,
  }
}

const listened = Object.entries(rows).flatMap(([name, { on }]) =>
  on.is === 'topic' ? [{ name, topic: on.topic }] : [],
)

/** Those that are there from the start; workspaces bring theirs with them. */
export const fixedTopics: readonly string[] = [
  lifecycle.topic,
  ...listened.map(({ topic }) => topic),
]

export async function openTopics(bus: Bus): Promise<void> {
  await Promise.all(fixedTopics.map((topic) => bus.createTopic(topic, {})))
  await Promise.all(listened.map(({ name, topic }) => bus.subscribe(topic, name, name)))
}
