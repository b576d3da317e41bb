// One invocation of a function, and what is left of it when its time is up.
import { expect, test } from 'vitest'
import { virtualClock } from '../../infra/local/clock.ts'
import { storeEngine } from '../../infra/local/store/store-engine.ts'
import type { World } from '../ports.ts'
import { noCounts } from './counts.ts'
import { invoke } from './invocation.ts'

test('a call that comes too late is refused as calls are: by a promise, so that nothing beside it is left unheard', async () => {
  const clock = virtualClock()
  // The handler touches nothing but the store.
  const world = { clock, store: storeEngine(clock), bus: {} } as unknown as World
  let late: Promise<void> | undefined
  const handle = async (own: World): Promise<void> => {
    await clock.sleep(2000)
    const call = own.store.get('accounts/a')
    late = expect(call).rejects.toThrow("store.get: the invocation's time is up")
    await late
  }
  const over = invoke(world, handle, undefined, { timeoutMs: 1000, counts: noCounts() })
  const cutOff = expect(over).rejects.toThrow('did not end within 1000 ms')
  await clock.advance(1500)
  await cutOff
  await clock.advance(1000)
  expect(late).toBeDefined()
  await late
})
