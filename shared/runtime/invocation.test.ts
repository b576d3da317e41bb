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
  let late: unknown
  const handle = async (own: World): Promise<void> => {
    await clock.sleep(2000)
    const call = own.store.get('accounts/a')
    late = await call.catch((error: unknown) => error)
  }
  const limits = { timeoutMs: 1000, counts: noCounts() }
  const ended = invoke(world, handle, undefined, limits).catch((error: unknown) => error)
  await clock.advance(3000)
  expect(await ended).toMatchObject({ kind: 'closed' })
  expect(late).toMatchObject({ kind: 'closed' })
})
