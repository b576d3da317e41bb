// The topics and push subscriptions that a deployment makes from the manifest of functions.
import { lifecycle } from '../../../events/lifecycle.ts'
import { type FunctionName, type FunctionRow, manifest } from '../../../functions/manifest.ts'
import type { Bus } from '../../../shared/ports.ts'

const rows: Readonly<Record<FunctionName, FunctionRow>> = manifest

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
