// A subscriber to the lifecycle facts of a stack on the wire, as users have them.
import { lifecycle, Lifecycle } from '../../events/lifecycle.ts'
import type { RealClock } from '../../infra/local/clock.ts'
import type { Stack } from '../../infra/local/stack/stack.ts'
import { deliveryPolicy } from '../../functions/delivery.ts'
import { pubsubBus } from '../../shared/clients/pubsub-bus.ts'
import { pushReceiver } from '../contract/push-receiver.ts'

export interface LifecycleSubscriber {
  /** What was told of a request, in the order in which it came. */
  of(request: string): readonly Lifecycle[]
  stop(): Promise<void>
}

const NAME = 'subscriber'

export async function subscribeToLifecycle(
  { project, endpoints }: Stack,
  clock: RealClock,
): Promise<LifecycleSubscriber> {
  const told = new Map<string, Lifecycle[]>()
  const receiver = await pushReceiver()
  receiver.handle(NAME, async ({ data }) => {
    const fact = Lifecycle.parse((JSON.parse(data) as { data: unknown }).data)
    if (fact.request !== undefined)
      told.set(fact.request, [...(told.get(fact.request) ?? []), fact])
  })
  const bus = pubsubBus({
    projectId: project,
    clock,
    emulatorHost: endpoints['PUBSUB_EMULATOR_HOST'] ?? '',
    pushEndpoint: (name, topic) => receiver.endpoint(name, topic),
    retry: () => deliveryPolicy('announce'),
  })
  await bus.subscribe(lifecycle.topic, NAME, NAME)
  return {
    of: (request) => told.get(request) ?? [],
    async stop() {
      await bus.close()
      await receiver.close()
    },
  }
}
