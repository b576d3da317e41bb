// What a launch costs Kindling itself, at list price (design section 10).
import { afterEach, expect, it } from 'vitest'
import { countsSince } from '../../shared/runtime/counts.ts'
import { ownCost } from '../../shared/runtime/own-cost.ts'
import { CLUSTER, event, type Loop, startLoop, WORKSPACE } from './fixture.ts'

let loop: Loop | undefined
afterEach(() => loop?.stop())

it('launching 100 executors costs less than a tenth of a cent', async () => {
  loop = await startLoop()
  const { stack } = loop
  await stack.publish('workspace-requested', event('workspace-requested', 'w'))
  await loop.reach(WORKSPACE, 'RUNNING')
  const before = await stack.counts()
  const data = { executors: { machineType: 'n2-standard-4', count: 100 } }
  await stack.publish('cluster-requested', event('cluster-requested', 'c', data))
  await loop.reach(CLUSTER, 'RUNNING')
  const cost = ownCost(countsSince(before, await stack.counts()))
  // On this clock code takes no time: each invocation is billed its least, or what it waited for.
  expect(cost.usd).toBeGreaterThan(0.00005)
  expect(cost.usd).toBeLessThan(0.001)
})
