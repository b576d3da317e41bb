// Each delivery is a wait for Eventarc or Pub/Sub: the pods of a launch stand on three of them at most, whatever its size.
import { expect, it } from 'vitest'
import { deliveryChain } from './delivery-chain.ts'
import { launchVirtual, openVirtual } from './virtual-launch.ts'

it.each([
  { executors: 1, deliveries: 2 },
  { executors: 100, deliveries: 3 },
  { executors: 300, deliveries: 3 },
])('$executors executors: $deliveries deliveries, the request among them', async (launch) => {
  const chain = deliveryChain()
  const loop = await openVirtual({}, { chain })
  expect(chain.longest()).toBe(0)
  await launchVirtual(loop, launch.executors)
  expect(chain.longest()).toBe(launch.deliveries)
  await loop.stop()
})
