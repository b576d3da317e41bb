// The store contract on the in-process engine.
import { realClock } from '../../infra/local/clock.ts'
import { storeEngine } from '../../infra/local/store/store-engine.ts'
import { storeContract } from './store-contract.ts'

storeContract('engine', async () => {
  const clock = realClock(1)
  return {
    store: storeEngine(clock),
    close: async () => clock.stop(),
  }
})

storeContract('engine that takes its time', async () => {
  const clock = realClock(1)
  return {
    store: storeEngine(clock, { latency: () => clock.random() * 2 }),
    close: async () => clock.stop(),
  }
})
