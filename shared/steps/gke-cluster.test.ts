import { expect, it } from 'vitest'
import type { GkeClusterSettings } from '../gke-cluster-settings.ts'
import type { GkeCluster } from '../google-cloud.ts'
import type { Gke } from '../google-ports.ts'
import { gkeCluster } from './gke-cluster.ts'
import type { StepPorts } from './step.ts'

const keyName = 'projects/k/locations/r/keyRings/r/cryptoKeys/k'
const kept: GkeClusterSettings = {
  databaseEncryption: { state: 'ENCRYPTED', keyName },
  securityPostureConfig: { mode: 'BASIC' },
}
const cluster: GkeCluster = { name: 'c', resourceLabels: { mark: 'ours' }, ...kept }

async function seen(changed: Partial<GkeCluster>, gone?: keyof GkeCluster): Promise<string> {
  const controlPlaneEndpointsConfig = {
    dnsEndpointConfig: { endpoint: 'c.gke.goog', allowExternalTraffic: true },
  }
  const running: GkeCluster = { ...cluster, controlPlaneEndpointsConfig, status: 'RUNNING' }
  const fields = Object.entries({ ...running, ...changed }).filter(([name]) => name !== gone)
  // Without a field that may be missing it is still a cluster.
  const found = Object.fromEntries(fields) as unknown as GkeCluster
  const gke: Pick<Gke, 'getCluster'> = { getCluster: async () => found }
  // It reads the cluster and nothing else.
  return (await gkeCluster.observe({ gke } as StepPorts, { cluster, kept })).is
}

it('sees no drift in more than was asked for', async () => {
  expect(await seen({})).toBe('present')
  const all = { state: 'ALL_OBJECTS_ENCRYPTION_ENABLED', keyName } as const
  expect(await seen({ databaseEncryption: all })).toBe('present')
  expect(await seen({ securityPostureConfig: { mode: 'ENTERPRISE' } })).toBe('present')
})

it('sees drift in less, in another key, and in what is gone', async () => {
  expect(await seen({ databaseEncryption: { state: 'DECRYPTED' } })).toBe('partial')
  const other = { state: 'ENCRYPTED', keyName: `${keyName}2` } as const
  expect(await seen({ databaseEncryption: other })).toBe('partial')
  expect(await seen({ securityPostureConfig: { mode: 'DISABLED' } })).toBe('partial')
  expect(await seen({}, 'securityPostureConfig')).toBe('partial')
  expect(await seen({}, 'databaseEncryption')).toBe('partial')
})

it('is no thing of ours without our mark, nor there before it runs', async () => {
  expect(await seen({ resourceLabels: { mark: 'theirs' } })).toBe('foreign')
  expect(await seen({ status: 'PROVISIONING' })).toBe('pending')
  expect(await seen({ status: 'STOPPING' })).toBe('leaving')
  expect(await seen({ status: 'DEGRADED' })).toBe('present')
})
