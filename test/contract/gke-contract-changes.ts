// What every implementation of the Gke port must do with changes of a cluster that runs.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GkeClusterSettings } from '../../shared/gke-cluster-settings.ts'
import type { GkeCluster, GkeOperation } from '../../shared/google-cloud.ts'
import {
  clusterOf,
  type GoogleCloudWorld,
  makeNetwork,
  poolOf,
  refusal,
  settled,
  uniqueName,
  weekends,
} from './google-cloud-world.ts'

export function gkeChangesContract(open: () => Promise<GoogleCloudWorld>): void {
  let world: GoogleCloudWorld
  let valid: GkeCluster
  const name = uniqueName('changed')

  async function done({ name: operation }: GkeOperation): Promise<void> {
    const last = await settled(world, operation, async () => {
      const seen = await world.gke.getOperation(operation)
      return seen?.status === 'DONE' ? seen : undefined
    })
    expect(last.error).toBeUndefined()
  }

  beforeAll(async () => {
    world = await open()
    const network = await makeNetwork(world)
    const zones = (await world.network.listZones()).slice(0, 3)
    valid = clusterOf(name, network, zones, world.project)
    await done(await world.gke.createCluster(valid))
  }, 120_000)
  afterAll(() => world.close())

  const changes: readonly GkeClusterSettings[] = [
    { shieldedNodes: { enabled: false } },
    { releaseChannel: { channel: 'STABLE' } },
    { databaseEncryption: { state: 'DECRYPTED' } },
    { anonymousAuthenticationConfig: { mode: 'ENABLED' } },
    { securityPostureConfig: { mode: 'DISABLED' } },
    { loggingConfig: { componentConfig: { enableComponents: ['SYSTEM_COMPONENTS'] } } },
    {
      rbacBindingConfig: {
        enableInsecureBindingSystemUnauthenticated: true,
        enableInsecureBindingSystemAuthenticated: false,
      },
    },
  ]

  describe('a setting of a cluster', () => {
    it.each(changes)('%o is changed by an operation on the whole cluster', async (change) => {
      const { gke } = world
      const update = await gke.updateCluster(name, change)
      expect(update).toMatchObject({ operationType: 'UPDATE_CLUSTER' })
      await expect(gke.createNodePool(name, poolOf('p'))).rejects.toMatchObject({ kind: 'busy' })
      await done(update)
      expect(await gke.getCluster(name)).toMatchObject({ ...change, status: 'RUNNING' })
    })

    it('of its endpoints leaves the other endpoint as it was', async () => {
      const ipEndpointsConfig = { enabled: true }
      const change = { controlPlaneEndpointsConfig: { ipEndpointsConfig } }
      await done(await world.gke.updateCluster(name, change))
      const ways = (await world.gke.getCluster(name))?.controlPlaneEndpointsConfig
      expect(ways).toMatchObject({
        ipEndpointsConfig,
        dnsEndpointConfig: valid.controlPlaneEndpointsConfig?.dnsEndpointConfig,
      })
      expect(ways?.dnsEndpointConfig?.endpoint).toBeTruthy()
    })

    it('is refused with another, without any, or when it makes no sense', async () => {
      const bad: readonly GkeClusterSettings[] = [
        {},
        { shieldedNodes: { enabled: true }, securityPostureConfig: { mode: 'BASIC' } },
        { workloadIdentityConfig: { workloadPool: 'other.svc.id.goog' } },
        {
          databaseEncryption: {
            state: 'ENCRYPTED',
            keyName: `projects/${world.project}/locations/mars-north1/keyRings/r/cryptoKeys/k`,
          },
        },
      ]
      for (const change of bad) {
        const { kind } = await refusal(world.gke.updateCluster(name, change))
        expect({ change, kind }).toEqual({ change, kind: 'invalid' })
      }
    })

    it('of no cluster is not found', async () => {
      const change = { shieldedNodes: { enabled: true } }
      expect((await refusal(world.gke.updateCluster('none', change))).kind).toBe('not-found')
    })
  })

  describe('a maintenance window', () => {
    it('upgrades: is replaced by another', async () => {
      const policy = weekends('06:00', '12:30')
      await done(await world.gke.setMaintenancePolicy(name, policy))
      expect((await world.gke.getCluster(name))?.maintenancePolicy).toMatchObject(policy)
    })

    it('that leaves GKE too little time is invalid', async () => {
      for (const policy of [weekends('00:00', '03:00'), weekends('00:00', '05:00')]) {
        const { kind } = await refusal(world.gke.setMaintenancePolicy(name, policy))
        expect({ policy, kind }).toEqual({ policy, kind: 'invalid' })
      }
    })
  })
}
