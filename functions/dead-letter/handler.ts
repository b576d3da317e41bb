// A message was given up on: keep it, with the cause of its failures.
import type { World } from '../../shared/ports.ts'
import { keepDeadLetter } from '../../shared/runtime/dead-letters.ts'
import type { MessageEvent } from '../event.ts'
import { sourceOf } from '../source.ts'

/** What Pub/Sub adds to the attributes of a message that it gives up on. */
const ADDED = /^CloudPubSubDeadLetterSource/

/** What does not come from a subscription of ours means nothing here. */
export async function handle(world: World, { message }: MessageEvent): Promise<void> {
  const { data, attributes = {} } = message
  const subscription = attributes['CloudPubSubDeadLetterSourceSubscription'] ?? ''
  const source = sourceOf(subscription)
  if (!source) {
    world.log('ERROR', 'dead letter of no subscription', { subscription, message: message.id })
    return
  }
  const own = Object.entries(attributes).filter(([name]) => !ADDED.test(name))
  const { topic, name } = source
  await keepDeadLetter(world, name, { topic, data, attributes: Object.fromEntries(own) })
}
