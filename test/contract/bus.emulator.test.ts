// The bus contract on Google's Pub/Sub emulator, through the production client.
import { randomUUID } from 'node:crypto'
import { type PubsubBus, pubsubBus } from '../../shared/clients/pubsub-bus.ts'
import { busContract } from './bus-contract.ts'
import { withEmulator } from './emulator-for-tests.ts'
import { pushReceiver } from './push-receiver.ts'

const deadLetter = { topic: 'graves', maxAttempts: 5 }
/** How long a delivery may take that the emulator repeats at its own pace (ms). */
const SETTLE_LIMIT_MS = 25_000

await withEmulator('pubsub', (start) => {
  busContract('Pub/Sub emulator', async () => {
    const emulator = await start()
    const { host, clock } = emulator
    const retry = () => ({
      minBackoffMs: 100,
      maxBackoffMs: 1000,
      ackDeadlineMs: 10_000,
      retentionMs: 600_000,
      deadLetter,
    })
    const receiver = await pushReceiver()
    /** The emulator has no IAM: the grants are kept here. */
    const granted = new Map<string, string>()
    const bus: PubsubBus = pubsubBus({
      projectId: `demo-${randomUUID().slice(0, 13)}`,
      clock,
      emulatorHost: host,
      pushEndpoint: (functionName, topic) => receiver.endpoint(functionName, topic),
      retry,
      access: {
        grant: async (topic, member) => void (await Promise.resolve(granted.set(topic, member))),
        async publishers(topic) {
          const member = granted.get(topic)
          return await Promise.resolve(member === undefined ? [] : [member])
        },
      },
    })
    await bus.createTopic(deadLetter.topic, {})
    return {
      bus,
      deadLetter,
      handle: (functionName, answer) => receiver.handle(functionName, answer),
      async settle(what, holds) {
        const limit = clock.now() + SETTLE_LIMIT_MS
        while (!holds()) {
          if (clock.now() > limit) throw new Error(`${what}: not in ${SETTLE_LIMIT_MS} ms`)
          await clock.sleep(20)
        }
      },
      async close() {
        await bus.close()
        await receiver.close()
        await emulator.stop()
      },
    }
  })
})
