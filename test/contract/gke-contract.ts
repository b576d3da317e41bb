// What every implementation of the Gke port must do, in-process or on the wire. One cluster serves most of it, because
// a cluster takes minutes.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GkeCluster, GkeOperation, NodePool } from '../../shared/google-cloud.ts'
import {
  clusterOf,
  type ClusterNetwork,
  type GoogleCloudWorld,
  makeNetwork,
  poolOf,
  refusal,
  settled,
  uniqueName,
} from './google-cloud-world.ts'

export function gkeContract(open: () => Promise<GoogleCloudWorld>): void {
  let world: GoogleCloudWorld
  let network: ClusterNetwork
  let zones: readonly string[]
  const name = uniqueName('shared')

  const newCluster = (cluster: string): GkeCluster =>
    clusterOf(cluster, network, zones, world.project)

  async function ended({ name: operation }: GkeOperation): Promise<GkeOperation> {
    return settled(world, operation, async () => {
      const seen = await world.gke.getOperation(operation)
      if (!seen) throw new Error(`operation ${operation} is unknown`)
      return seen.status === 'DONE' ? seen : undefined
    })
  }

  async function done(operation: GkeOperation): Promise<void> {
    expect((await ended(operation)).error).toBeUndefined()
  }

  beforeAll(async () => {
    world = await open()
    network = await makeNetwork(world)
    zones = (await world.network.listZones()).slice(0, 3)
    await done(await world.gke.createCluster(newCluster(name)))
  }, 120_000)
  afterAll(() => world.close())

  describe('a cluster', () => {
    it('is there at once, comes up, is there once, and goes', async () => {
      const { gke } = world
      const other = uniqueName('other')
      const creation = await gke.createCluster(newCluster(other))
      expect(creation).toMatchObject({ operationType: 'CREATE_CLUSTER' })
      expect(creation.status).not.toBe('DONE')
      expect(creation.targetLink).toMatch(new RegExp(`/clusters/${other}$`))
      expect(await gke.getCluster(other)).toMatchObject({ name: other, status: 'PROVISIONING' })
      await expect(gke.createCluster(newCluster(other))).rejects.toMatchObject({ kind: 'exists' })
      await expect(gke.createNodePool(other, poolOf('early'))).rejects.toMatchObject({
        kind: 'busy',
        message: expect.stringContaining(creation.name),
      })
      await expect(gke.deleteCluster(other)).rejects.toMatchObject({ kind: 'busy' })
      const last = await ended(creation)
      expect(last.error).toBeUndefined()
      expect(Date.parse(last.endTime ?? '')).toBeGreaterThan(Date.parse(last.startTime ?? ''))

      const deletion = await gke.deleteCluster(other)
      expect(deletion).toMatchObject({ operationType: 'DELETE_CLUSTER' })
      expect(await gke.getCluster(other)).toMatchObject({ status: 'STOPPING' })
      await expect(gke.deleteCluster(other)).rejects.toMatchObject({ kind: 'busy' })
      await done(deletion)
      expect(await gke.getCluster(other)).toBeUndefined()
    }, 120_000)

    it('answers what was asked for and what the server fills in', async () => {
      const { nodePools: _pools, ...asked } = newCluster(name)
      const seen = await world.gke.getCluster(name)
      expect(seen).toMatchObject({ ...asked, status: 'RUNNING' })
      expect(seen?.controlPlaneEndpointsConfig?.dnsEndpointConfig?.endpoint).toBeTruthy()
      expect(seen?.currentMasterVersion).toMatch(/^1\.\d+\.\d+-gke\./)
      expect(seen?.selfLink).toMatch(new RegExp(`/locations/${world.region}/clusters/${name}$`))
      expect(seen?.nodePools).toMatchObject([{ name: 'system', status: 'RUNNING' }])
    })

    it('holds its network', async () => {
      const { network: compute } = world
      const inUse = { kind: 'busy', message: expect.stringContaining(name) }
      const subnetwork = network.subnetwork.split('/').at(-1) ?? ''
      await expect(
        compute.delete('subnetworks', subnetwork, crypto.randomUUID()),
      ).rejects.toMatchObject(inUse)
    })

    it('that does not add up is invalid', async () => {
      const valid = newCluster(uniqueName('bad'))
      const bad: readonly Partial<GkeCluster>[] = [
        { name: 'a'.repeat(41) },
        { name: 'Upper' },
        { network: `projects/${world.project}/global/networks/none` },
        { subnetwork: `projects/${world.project}/regions/${world.region}/subnetworks/none` },
        { ipAllocationPolicy: ranges('pods', 'none') },
        { locations: ['mars-north1-a'] },
        { nodePools: [] },
        { nodePools: [poolOf('empty')] },
        { workloadIdentityConfig: { workloadPool: 'other.svc.id.goog' } },
      ]
      for (const part of bad) {
        const { kind } = await refusal(world.gke.createCluster({ ...valid, ...part }))
        expect({ part, kind }).toEqual({ part, kind: 'invalid' })
      }
    })
  })

  describe('a node pool', () => {
    it('is made empty, answers what was asked for, is there once, and goes', async () => {
      const { gke } = world
      const pool = poolOf(uniqueName('p'))
      const creation = await gke.createNodePool(name, pool)
      expect(creation).toMatchObject({ operationType: 'CREATE_NODE_POOL' })
      expect(creation.targetLink).toMatch(new RegExp(`/clusters/${name}/nodePools/${pool.name}$`))
      expect(await gke.getNodePool(name, pool.name)).toMatchObject({ status: 'PROVISIONING' })
      await expect(gke.createNodePool(name, pool)).rejects.toMatchObject({ kind: 'exists' })
      await expect(gke.deleteNodePool(name, pool.name)).rejects.toMatchObject({ kind: 'busy' })
      await done(creation)
      await expect(gke.createNodePool(name, pool)).rejects.toMatchObject({ kind: 'exists' })
      expect(await gke.getNodePool(name, pool.name)).toMatchObject({ ...pool, status: 'RUNNING' })

      const deletion = await gke.deleteNodePool(name, pool.name)
      expect(deletion).toMatchObject({ operationType: 'DELETE_NODE_POOL' })
      expect(await gke.getNodePool(name, pool.name)).toMatchObject({ status: 'STOPPING' })
      await expect(gke.deleteNodePool(name, pool.name)).rejects.toMatchObject({ kind: 'busy' })
      await done(deletion)
      expect(await gke.getNodePool(name, pool.name)).toBeUndefined()
    }, 60_000)

    it('that does not add up is invalid', async () => {
      const bad: readonly NodePool[] = [
        poolOf('p'.repeat(41)),
        poolOf('p', { config: { machineType: 'n2-enormous-4' } }),
        poolOf('p', { locations: ['mars-north1-a'] }),
        poolOf('p', { autoscaling: { enabled: false, totalMaxNodeCount: 3 } }),
        poolOf('p', { autoscaling: { enabled: true, totalMinNodeCount: 5, totalMaxNodeCount: 3 } }),
        poolOf('p', { maxPodsConstraint: { maxPodsPerNode: 4 } }),
      ]
      for (const pool of bad) {
        const { kind } = await refusal(world.gke.createNodePool(name, pool))
        expect({ pool, kind }).toEqual({ pool, kind: 'invalid' })
      }
    })
  })

  describe('operations', () => {
    it('on different pools run side by side, five at most, and keep the cluster to themselves', async () => {
      const { gke } = world
      const pools = Array.from({ length: 6 }, () => poolOf(uniqueName('p')))
      const running = await Promise.all(
        pools.slice(0, 5).map((pool) => gke.createNodePool(name, pool)),
      )
      await expect(gke.createNodePool(name, poolOf(uniqueName('p')))).rejects.toMatchObject({
        kind: 'rate',
        message: expect.stringContaining('concurrent operations quota 5'),
      })
      await expect(gke.deleteCluster(name)).rejects.toMatchObject({ kind: 'busy' })
      expect(await gke.getCluster(name)).toMatchObject({ status: 'RECONCILING' })
      for (const operation of running) await done(operation)
      expect(await gke.getCluster(name)).toMatchObject({ status: 'RUNNING' })
    }, 60_000)

    it('keep their names apart and are unknown by any other', async () => {
      expect(await world.gke.getOperation('operation-1700000000000-none')).toBeUndefined()
    })
  })

  describe('lists', () => {
    it('have every cluster of the region as it is read one by one, from the moment it is asked for', async () => {
      const { gke } = world
      const other = uniqueName('listed')
      const creation = await gke.createCluster(newCluster(other))
      const seen = await gke.listClusters()
      const byName = new Map(seen.map((cluster) => [cluster.name, cluster]))
      expect(byName.size).toBe(seen.length)
      expect(byName.get(other)).toMatchObject({
        status: 'PROVISIONING',
        resourceLabels: { 'kindling-mark': 'contract' },
      })
      expect(byName.get(name)).toEqual(await gke.getCluster(name))
      await done(creation)
      await done(await gke.deleteCluster(other))
      const after = await gke.listClusters()
      expect(after.map((cluster) => cluster.name)).not.toContain(other)
    }, 120_000)

    it('have every pool of a cluster as it is read one by one', async () => {
      const { gke } = world
      const pool = poolOf(uniqueName('p'))
      const creation = await gke.createNodePool(name, pool)
      const statuses = async (): Promise<ReadonlyMap<string, string | undefined>> =>
        new Map((await gke.listNodePools(name)).map((each) => [each.name, each.status]))
      expect((await statuses()).get(pool.name)).toBe('PROVISIONING')
      await done(creation)
      const listed = await gke.listNodePools(name)
      expect(listed.map((each) => each.name)).toContain('system')
      expect(listed.find((each) => each.name === pool.name)).toEqual(
        await gke.getNodePool(name, pool.name),
      )
      await done(await gke.deleteNodePool(name, pool.name))
      expect((await statuses()).has(pool.name)).toBe(false)
    }, 60_000)
  })

  describe('what is not there', () => {
    it('is undefined to read and not found to change', async () => {
      const { gke } = world
      const none = uniqueName('none')
      const notFound = { kind: 'not-found' }
      expect(await gke.getCluster(none)).toBeUndefined()
      expect(await gke.getNodePool(none, 'p')).toBeUndefined()
      expect(await gke.getNodePool(name, none)).toBeUndefined()
      await expect(gke.deleteCluster(none)).rejects.toMatchObject(notFound)
      await expect(gke.createNodePool(none, poolOf('p'))).rejects.toMatchObject(notFound)
      await expect(gke.deleteNodePool(none, 'p')).rejects.toMatchObject(notFound)
      await expect(gke.listNodePools(none)).rejects.toMatchObject(notFound)
      await expect(gke.deleteNodePool(name, none)).rejects.toMatchObject(notFound)
    })
  })
}

function ranges(pods: string, services: string) {
  return {
    useIpAliases: true,
    clusterSecondaryRangeName: pods,
    servicesSecondaryRangeName: services,
  }
}
