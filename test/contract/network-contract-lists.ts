// What every implementation of the Network port must do when it lists: everything, over as many pages as it takes.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ComputeOperation, NetworkCollection } from '../../shared/google-cloud.ts'
import {
  type GoogleCloudWorld,
  makeNetwork,
  requestId,
  settled,
  uniqueName,
} from './google-cloud-world.ts'

export function networkListsContract(open: () => Promise<GoogleCloudWorld>): void {
  let world: GoogleCloudWorld
  beforeAll(async () => {
    world = await open()
  })
  afterAll(() => world.close())

  async function done(operation: ComputeOperation): Promise<void> {
    const last = await settled(world, `operation ${operation.name}`, async () => {
      const seen = await world.network.getOperation(operation)
      return seen.status === 'DONE' ? seen : undefined
    })
    expect(last.error).toBeUndefined()
  }

  const names = async (collection: NetworkCollection): Promise<string[]> =>
    (await world.network.list(collection)).map(({ name }) => name)

  describe('lists', () => {
    it('of what there is none of are empty', async () => {
      expect(await world.network.list('routers')).toEqual([])
    })

    it('have all of a collection, in order, over as many pages as it takes, and nothing of another', async () => {
      const { network } = world
      const made = await makeNetwork(world)
      const rules = Array.from({ length: 5 }, () => ({
        name: uniqueName('listed'),
        description: '{"mark":"kindling"}',
        network: made.network,
        direction: 'INGRESS' as const,
        priority: 65_000,
        denied: [{ IPProtocol: 'all' }],
        sourceRanges: ['0.0.0.0/0'],
      }))
      for (const rule of rules) await done(await network.insert('firewalls', rule, requestId()))
      expect(await names('firewalls')).toEqual(rules.map(({ name }) => name).toSorted())
      for (const seen of await network.list('firewalls')) {
        expect(seen).toEqual(await network.get('firewalls', seen.name))
      }
      const [own] = await network.list('networks')
      expect(made.network.endsWith(`/${own?.name}`)).toBe(true)
      expect(await names('subnetworks')).toHaveLength(1)

      const [first] = rules
      await done(await network.delete('firewalls', first?.name ?? '', requestId()))
      expect(await names('firewalls')).toHaveLength(4)
    })
  })
}
