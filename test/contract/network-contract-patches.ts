// What every implementation of the Network port must do with patches of firewall rules and routers.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ComputeFirewall, ComputeOperation, ComputeRouter } from '../../shared/google-cloud.ts'
import {
  type GoogleCloudWorld,
  makeNetwork,
  refusal,
  requestId,
  settled,
  uniqueName,
} from './google-cloud-world.ts'

export function networkPatchesContract(open: () => Promise<GoogleCloudWorld>): void {
  let world: GoogleCloudWorld
  let network: string
  let rule: ComputeFirewall
  let router: ComputeRouter

  async function done(operation: ComputeOperation): Promise<void> {
    const last = await settled(world, `operation ${operation.name}`, async () => {
      const seen = await world.network.getOperation(operation)
      return seen.status === 'DONE' ? seen : undefined
    })
    expect(last.error).toBeUndefined()
  }

  beforeAll(async () => {
    world = await open()
    network = (await makeNetwork(world)).network
    rule = {
      name: uniqueName('fw'),
      description: 'mark',
      network,
      direction: 'INGRESS',
      priority: 65_000,
      denied: [{ IPProtocol: 'all' }],
      sourceRanges: ['0.0.0.0/0'],
    }
    const nat = {
      name: 'nat',
      natIpAllocateOption: 'AUTO_ONLY',
      sourceSubnetworkIpRangesToNat: 'ALL_SUBNETWORKS_ALL_IP_RANGES',
      minPortsPerVm: 64,
    } as const
    router = { name: uniqueName('router'), description: 'mark', network, nats: [nat] }
    await done(await world.network.insert('firewalls', rule, requestId()))
    await done(await world.network.insert('routers', router, requestId()))
  })
  afterAll(() => world.close())

  const patch = (change: Partial<ComputeFirewall>): Promise<ComputeOperation> =>
    world.network.patch('firewalls', { ...rule, ...change }, requestId())

  describe('a patch', () => {
    it('replaces what it gives and keeps the rest, once it is done', async () => {
      const change = { disabled: true, sourceRanges: ['10.0.0.0/8'], logConfig: { enable: true } }
      const operation = await patch(change)
      expect(operation.operationType).toBe('patch')
      expect(operation.targetLink).toMatch(new RegExp(`/firewalls/${rule.name}$`))
      await done(operation)
      expect(await world.network.get('firewalls', rule.name)).toMatchObject({
        description: 'mark',
        denied: rule.denied,
        ...change,
      })
    })

    it('of a router replaces its NAT', async () => {
      const nats = router.nats.map((nat) => ({ ...nat, minPortsPerVm: 128 }))
      await done(await world.network.patch('routers', { ...router, nats }, requestId()))
      expect(await world.network.get('routers', router.name)).toMatchObject({
        description: 'mark',
        nats: [{ name: 'nat', minPortsPerVm: 128 }],
      })
    })

    it('does not make another rule of it', async () => {
      const { denied: _denied, ...open } = rule
      const bad: readonly ComputeFirewall[] = [
        { ...open, allowed: [{ IPProtocol: 'all' }] },
        { ...rule, direction: 'EGRESS' },
        { ...rule, sourceRanges: ['nowhere'] },
      ]
      for (const resource of bad) {
        const { kind } = await refusal(world.network.patch('firewalls', resource, requestId()))
        expect({ resource, kind }).toEqual({ resource, kind: 'invalid' })
      }
    })

    it('of what nobody has is not found', async () => {
      const { kind } = await refusal(patch({ name: uniqueName('none') }))
      expect(kind).toBe('not-found')
    })
  })
}
