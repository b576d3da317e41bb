// The bus contract on the in-process engine.
import { busEngine } from '../../infra/local/bus/bus-engine.ts'
import { realClock } from '../../infra/local/clock.ts'
import { busContract, type Received } from './bus-contract.ts'

const deadLetter = { topic: 'graves', maxAttempts: 5 }

busContract('engine', async () => {
  const clock = realClock(1)
  const answers = new Map<string, (message: Received) => Promise<void>>()
  const bus = busEngine({
    clock,
    async deliver(functionName, { publishTime, ...message }) {
      if (publishTime > clock.now()) throw new Error('published in the future')
      await answers.get(functionName)?.(message)
    },
    retry: () => ({
      minBackoffMs: 10,
      maxBackoffMs: 50,
      ackDeadlineMs: 10_000,
      retentionMs: 600_000,
      deadLetter,
    }),
  })
  await bus.createTopic(deadLetter.topic, {})
  return {
    bus,
    deadLetter,
    handle: (functionName, answer) => void answers.set(functionName, answer),
    async settle(what, holds) {
      const limit = clock.now() + 10_000
      while (!holds()) {
        if (clock.now() > limit) throw new Error(`${what}: not in 10 s`)
        await clock.sleep(5)
      }
    },
    async close() {
      bus.close()
      await Promise.resolve(clock.stop())
    },
  }
})
