// What every implementation of the Network port must do, in-process or on the wire.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type {
  ComputeOperation,
  ComputeSubnetwork,
  NetworkCollection,
} from '../../shared/google-cloud.ts'
import {
  type GoogleCloudWorld,
  refusal,
  requestId,
  settled,
  uniqueName,
} from './google-cloud-world.ts'

export function networkContract(open: () => Promise<GoogleCloudWorld>): void {
  let world: GoogleCloudWorld
  beforeAll(async () => {
    world = await open()
  })
  afterAll(() => world.close())

  const pathOf = (network: string): string => `projects/${world.project}/global/networks/${network}`
  const rangesOf = (network: string, more: Partial<ComputeSubnetwork> = {}): ComputeSubnetwork => ({
    name: uniqueName('sub'),
    network: pathOf(network),
    ipCidrRange: '10.0.0.0/19',
    privateIpGoogleAccess: true,
    secondaryIpRanges: [
      { rangeName: 'pods', ipCidrRange: '100.64.0.0/14' },
      { rangeName: 'services', ipCidrRange: '10.1.0.0/20' },
    ],
    ...more,
  })

  async function done(operation: ComputeOperation): Promise<void> {
    const last = await settled(world, `operation ${operation.name}`, async () => {
      const seen = await world.network.getOperation(operation)
      return seen.status === 'DONE' ? seen : undefined
    })
    expect(last.error).toBeUndefined()
  }

  async function newNetwork(): Promise<string> {
    const name = uniqueName('net')
    const network = { name, autoCreateSubnetworks: false, mtu: 1460 }
    await done(await world.network.insert('networks', network, requestId()))
    return name
  }

  async function gone(collection: NetworkCollection, name: string): Promise<void> {
    await done(await world.network.delete(collection, name, requestId()))
    expect(await world.network.get(collection, name)).toBeUndefined()
  }

  describe('zones', () => {
    it('are those of the region, in order', async () => {
      const zones = await world.network.listZones()
      expect(zones.length).toBeGreaterThanOrEqual(3)
      expect(zones).toEqual(zones.toSorted())
      for (const zone of zones) expect(zone.startsWith(`${world.region}-`)).toBe(true)
    })
  })

  describe('machine types', () => {
    it('are offered by a zone or not', async () => {
      const [zone = ''] = await world.network.listZones()
      expect(await world.network.hasMachineType(zone, 'n2-standard-8')).toBe(true)
      expect(await world.network.hasMachineType(zone, 'n2-standard-7')).toBe(false)
      expect(await world.network.hasMachineType(`${world.region}-z`, 'n2-standard-8')).toBe(false)
    })
  })

  describe('quotas', () => {
    it('are of the region, each with its limit and what is used', async () => {
      const quotas = await world.network.listQuotas()
      const metrics = quotas.map(({ metric }) => metric)
      expect(new Set(metrics).size).toBe(metrics.length)
      expect(metrics).toEqual(expect.arrayContaining(['CPUS', 'INSTANCES', 'SSD_TOTAL_GB']))
      for (const { metric, limit, usage } of quotas) {
        expect(metric).toMatch(/^[A-Z][A-Z0-9_]*$/)
        expect(limit).toBeGreaterThanOrEqual(0)
        expect(usage).toBeGreaterThanOrEqual(0)
      }
    })
  })

  describe('a network with all that a workspace puts into it', () => {
    it('comes up and goes in reverse', async () => {
      const { network } = world
      const name = await newNetwork()
      const subnetwork = rangesOf(name, { description: '{"mark":"kindling"}' })
      const router = uniqueName('router')
      const firewall = uniqueName('fw')
      const operations = await Promise.all([
        network.insert('subnetworks', subnetwork, requestId()),
        network.insert('routers', routerOf(router, name), requestId()),
        network.insert('firewalls', firewallOf(firewall, name), requestId()),
      ])
      for (const operation of operations) {
        expect(operation.operationType).toBe('insert')
        expect(['PENDING', 'RUNNING', 'DONE']).toContain(operation.status)
        await done(operation)
      }
      expect(operations[0].targetLink).toMatch(new RegExp(`/subnetworks/${subnetwork.name}$`))

      const seen = await network.get('subnetworks', subnetwork.name)
      expect(seen).toMatchObject({
        name: subnetwork.name,
        description: '{"mark":"kindling"}',
        ipCidrRange: '10.0.0.0/19',
        secondaryIpRanges: subnetwork.secondaryIpRanges,
        privateIpGoogleAccess: true,
      })
      expect(seen?.network).toMatch(new RegExp(`${pathOf(name)}$`))
      expect(seen?.selfLink).toMatch(new RegExp(`/regions/${world.region}/subnetworks/`))
      expect(await network.get('routers', router)).toMatchObject({ nats: [{ name: 'nat' }] })
      expect(await network.get('firewalls', firewall)).toMatchObject({ priority: 65_000 })

      await gone('firewalls', firewall)
      await gone('routers', router)
      await gone('subnetworks', subnetwork.name)
      await gone('networks', name)
    })
  })

  describe('names', () => {
    it('are taken once', async () => {
      const name = await newNetwork()
      const again = world.network.insert(
        'networks',
        { name, autoCreateSubnetworks: false },
        requestId(),
      )
      await expect(again).rejects.toMatchObject({ kind: 'exists' })
    })

    it('follow a rule', async () => {
      for (const name of ['Upper', '9digit', 'ends-', 'a'.repeat(64)]) {
        const resource = { name, autoCreateSubnetworks: false }
        const { kind } = await refusal(world.network.insert('networks', resource, requestId()))
        expect({ name, kind }).toEqual({ name, kind: 'invalid' })
      }
    })

    it('that nobody has are undefined to read and not found to delete', async () => {
      const name = uniqueName('none')
      expect(await world.network.get('networks', name)).toBeUndefined()
      expect(await world.network.get('routers', name)).toBeUndefined()
      await expect(world.network.delete('routers', name, requestId())).rejects.toMatchObject({
        kind: 'not-found',
      })
    })
  })

  describe('a request id', () => {
    it('repeated is the same operation, for inserts and deletes', async () => {
      const { network } = world
      const resource = { name: uniqueName('net'), autoCreateSubnetworks: false }
      const id = requestId()
      const first = await network.insert('networks', resource, id)
      const second = await network.insert('networks', resource, id)
      expect(second.name).toBe(first.name)
      await done(first)
      expect((await network.insert('networks', resource, id)).name).toBe(first.name)
      const deletion = requestId()
      const deleted = await network.delete('networks', resource.name, deletion)
      await done(deleted)
      const repeated = await network.delete('networks', resource.name, deletion)
      expect(repeated.name).toBe(deleted.name)
    })

    it('must be a UUID that is not all zeros', async () => {
      for (const id of ['once', '00000000-0000-0000-0000-000000000000']) {
        const resource = { name: uniqueName('net'), autoCreateSubnetworks: false }
        await expect(world.network.insert('networks', resource, id)).rejects.toMatchObject({
          kind: 'invalid',
        })
      }
    })
  })

  describe('a network that is not ready', () => {
    it('takes no subnetwork yet, and can be deleted no second time', async () => {
      const { network } = world
      const name = uniqueName('net')
      const creation = await network.insert(
        'networks',
        { name, autoCreateSubnetworks: false },
        requestId(),
      )
      const subnetwork = rangesOf(name)
      await expect(network.insert('subnetworks', subnetwork, requestId())).rejects.toMatchObject({
        kind: 'busy',
      })
      await done(creation)
      await done(await network.insert('subnetworks', subnetwork, requestId()))
      await gone('subnetworks', subnetwork.name)
      const deletion = await network.delete('networks', name, requestId())
      await expect(network.delete('networks', name, requestId())).rejects.toMatchObject({
        kind: 'busy',
      })
      await done(deletion)
    })
  })

  describe('a network in use', () => {
    it('is not deleted, and the refusal names its user', async () => {
      const { network } = world
      const name = await newNetwork()
      const firewall = uniqueName('fw')
      await done(await network.insert('firewalls', firewallOf(firewall, name), requestId()))
      await expect(network.delete('networks', name, requestId())).rejects.toMatchObject({
        kind: 'busy',
        message: expect.stringContaining(firewall),
      })
    })
  })

  describe('what does not add up', () => {
    it('is invalid: a missing network, a bad range, ranges that overlap, a second NAT', async () => {
      const { network } = world
      const name = await newNetwork()
      const subnetwork = rangesOf(name)
      await done(await network.insert('subnetworks', subnetwork, requestId()))
      const overlapping = [{ rangeName: 'pods', ipCidrRange: '10.0.31.0/24' }]
      const apart = { ipCidrRange: '10.9.0.0/24', secondaryIpRanges: [] }
      const bad: readonly ComputeSubnetwork[] = [
        rangesOf(uniqueName('none'), apart),
        rangesOf(name, { ...apart, ipCidrRange: '10.9.0.1/24' }),
        rangesOf(name, { ...apart, ipCidrRange: '10.9.0.0/30' }),
        rangesOf(name, { ...apart, ipCidrRange: '10.0.16.0/20' }),
        rangesOf(name, { ...apart, secondaryIpRanges: overlapping }),
      ]
      for (const resource of bad) {
        const { kind } = await refusal(network.insert('subnetworks', resource, requestId()))
        expect({ resource, kind }).toEqual({ resource, kind: 'invalid' })
      }
      const router = routerOf(uniqueName('router'), name)
      await done(await network.insert('routers', router, requestId()))
      await expect(
        network.insert('routers', routerOf(uniqueName('router'), name), requestId()),
      ).rejects.toMatchObject({ kind: 'invalid' })
    })
  })

  const routerOf = (name: string, network: string) => ({
    name,
    network: pathOf(network),
    nats: [
      {
        name: 'nat',
        natIpAllocateOption: 'AUTO_ONLY',
        sourceSubnetworkIpRangesToNat: 'ALL_SUBNETWORKS_ALL_IP_RANGES',
      } as const,
    ],
  })
  const firewallOf = (name: string, network: string) => ({
    name,
    network: pathOf(network),
    direction: 'INGRESS' as const,
    priority: 65_000,
    denied: [{ IPProtocol: 'all' }],
    sourceRanges: ['0.0.0.0/0'],
  })
}
