import { describe, expect, it } from 'vitest'
import { zonesOf } from '../catalog/regions.ts'
import type { WorkspaceSpec } from '../domain/entity.ts'
import type { SubjectOf } from '../domain/plan.ts'
import type { NodePool } from '../google-cloud.ts'
import { gkeClusterOf, settingsOf } from './gke-settings.ts'
import { nodePool } from './node-pool.ts'

const zones = [...(zonesOf('us-central1') ?? [])]
const identity = {
  account: 'acme',
  workspace: 'research',
  project: 'acme-dev',
  region: 'us-central1',
  serviceAccount: 'kindling@kindling.iam.gserviceaccount.com',
}

function workspace(more: Partial<WorkspaceSpec> = {}): SubjectOf<'workspace'> {
  const { project, region, serviceAccount } = identity
  const ranges = { nodes: '10.0.0.0/19', pods: '100.64.0.0/13', services: '100.72.0.0/20' }
  const spec = { project, region, serviceAccount, zones, ranges, ...more }
  return { kind: 'workspace', identity, spec, home: 'kindling' }
}

const place = { network: 'net', subnetwork: 'sub' }
const cluster = (more?: Partial<WorkspaceSpec>) => gkeClusterOf(workspace(more), 3, place)
const systemPool = (more?: Partial<WorkspaceSpec>): NodePool | undefined =>
  cluster(more).nodePools?.[0]

function sparkPool(machineType: string, spot: boolean): NodePool {
  const spec = { machineType, spot }
  const subject = {
    kind: 'pool' as const,
    identity,
    zones,
    gkeCluster: 'c',
    pool: 'p',
    spec,
  }
  return nodePool.input({ subject, life: 3, index: 1, revision: 3 }, {}).pool
}

/** What every node must be, whatever its pool. */
const hardened = {
  imageType: 'COS_CONTAINERD',
  metadata: { 'disable-legacy-endpoints': 'true' },
  shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
  workloadMetadataConfig: { mode: 'GKE_METADATA' },
  kubeletConfig: { insecureKubeletReadonlyPortEnabled: false },
  gcfsConfig: { enabled: true },
  resourceLabels: {
    'managed-by': 'kindling',
    'kindling-workspace': 'research',
    'kindling-life': '3',
  },
}

describe('a GKE cluster', () => {
  it('zone: is in every zone of its region, said outright', () => {
    expect(zones).toHaveLength(4)
    expect(cluster().locations).toEqual(zones)
  })

  it('is private, on Dataplane V2, reached at its DNS name and nowhere else', () => {
    expect(cluster()).toMatchObject({
      networkConfig: { datapathProvider: 'ADVANCED_DATAPATH', defaultEnablePrivateNodes: true },
      controlPlaneEndpointsConfig: {
        dnsEndpointConfig: {
          allowExternalTraffic: true,
          enableK8sTokensViaDns: false,
          enableK8sCertsViaDns: false,
        },
        ipEndpointsConfig: { enabled: false },
      },
    })
  })

  it('takes no identity but Google’s, and no old way in', () => {
    expect(cluster()).toMatchObject({
      workloadIdentityConfig: { workloadPool: 'acme-dev.svc.id.goog' },
      shieldedNodes: { enabled: true },
      legacyAbac: { enabled: false },
      masterAuth: { clientCertificateConfig: { issueClientCertificate: false } },
      anonymousAuthenticationConfig: { mode: 'LIMITED' },
      rbacBindingConfig: {
        enableInsecureBindingSystemUnauthenticated: false,
        enableInsecureBindingSystemAuthenticated: false,
      },
      addonsConfig: { kubernetesDashboard: { disabled: true } },
    })
  })

  it('logs its audit trail and the autoscaler’s decisions', () => {
    const components = cluster().loggingConfig?.componentConfig.enableComponents
    expect(components).toContain('SYSTEM_COMPONENTS')
    expect(components).toContain('APISERVER')
  })

  it('encrypts secrets under a key when one is given', () => {
    const keyName = 'projects/k/locations/us-central1/keyRings/r/cryptoKeys/k'
    expect(cluster()).not.toHaveProperty('databaseEncryption')
    const encrypted = { databaseEncryption: { state: 'ENCRYPTED', keyName } }
    expect(cluster({ encryptionKey: keyName })).toMatchObject(encrypted)
    expect(settingsOf(workspace({ encryptionKey: keyName }))).toMatchObject(encrypted)
  })

  it('upgrades: on a release channel, in its window', () => {
    const windowOf = (maintenance?: WorkspaceSpec['maintenance']) =>
      cluster(maintenance ? { maintenance } : {}).maintenancePolicy?.window.recurringWindow
    expect(cluster().releaseChannel).toEqual({ channel: 'REGULAR' })
    expect(windowOf()).toEqual({
      window: { startTime: '2026-01-05T00:00:00.000Z', endTime: '2026-01-05T06:00:00.000Z' },
      recurrence: 'FREQ=WEEKLY;BYDAY=SA,SU',
    })
    expect(windowOf({ days: ['WE'], start: '22:30', hours: 12 })).toEqual({
      window: { startTime: '2026-01-05T22:30:00.000Z', endTime: '2026-01-06T10:30:00.000Z' },
      recurrence: 'FREQ=WEEKLY;BYDAY=WE',
    })
  })

  it('idle-floor: pays for no metrics, load balancers or pod logs that nobody asked for', () => {
    expect(cluster()).toMatchObject({
      monitoringConfig: { managedPrometheusConfig: { enabled: false } },
      addonsConfig: { httpLoadBalancing: { disabled: true } },
      costManagementConfig: { enabled: true },
    })
    const components = cluster().loggingConfig?.componentConfig.enableComponents
    expect(components).not.toContain('WORKLOADS')
  })
})

describe('the system pool', () => {
  it('system-taint: bears the taint that GKE’s own Deployments tolerate', () => {
    expect(systemPool()?.config.taints).toEqual([
      { key: 'components.gke.io/gke-managed-components', value: 'true', effect: 'NO_SCHEDULE' },
    ])
  })

  it('idle-floor: stands in two zones unless said, grows with kube-dns, never goes to zero', () => {
    expect(systemPool()).toMatchObject({
      initialNodeCount: 1,
      locations: zones.slice(0, 2),
      autoscaling: { enabled: true, totalMinNodeCount: 2, totalMaxNodeCount: 10 },
    })
    const single = { locations: zones.slice(0, 1), autoscaling: { totalMinNodeCount: 1 } }
    expect(systemPool({ systemZones: 1 })).toMatchObject(single)
  })

  it('is hardened, and upgraded in the window', () => {
    expect(systemPool()?.config).toMatchObject(hardened)
    expect(systemPool()).not.toHaveProperty('maintenancePolicy')
  })
})

describe('a pool of Spark machines', () => {
  const pools = [sparkPool('n2-standard-8', false), sparkPool('n2-standard-8', true)]

  it('is made empty and grows as a whole, from wherever there is capacity', () => {
    for (const pool of pools) {
      expect(pool).toMatchObject({
        initialNodeCount: 0,
        locations: zones,
        autoscaling: {
          enabled: true,
          totalMinNodeCount: 0,
          totalMaxNodeCount: 1000 * zones.length,
          locationPolicy: 'ANY',
        },
      })
    }
  })

  it('tail: gives back an empty node after one to two minutes', () => {
    for (const { config } of pools) {
      const seconds = Number.parseInt(config.consolidationDelay ?? '', 10)
      expect(seconds).toBeGreaterThanOrEqual(60)
      expect(seconds).toBeLessThanOrEqual(120)
    }
  })

  it('upgrades: keeps the version of its nodes while jobs run on them', () => {
    for (const pool of pools) {
      expect(pool.maintenancePolicy).toEqual({ exclusionUntilEndOfSupport: { enabled: true } })
    }
  })

  it('is hardened and its own: nothing lands there by chance', () => {
    for (const [at, { config }] of pools.entries()) {
      expect(config).toMatchObject({ ...hardened, spot: at === 1 })
      expect(config.labels).toEqual({ 'kindling.dev/pool': 'p' })
      expect(config.taints).toEqual([
        { key: 'kindling.dev/pool', value: 'p', effect: 'NO_SCHEDULE' },
      ])
    }
  })

  it('boots from Hyperdisk where the family takes nothing else', () => {
    expect(sparkPool('c4-standard-8', false).config.diskType).toBe('hyperdisk-balanced')
    expect(sparkPool('n2-standard-8', false).config.diskType).toBe('pd-balanced')
  })
})

describe('every node', () => {
  it('runs as an account of the workspace’s own, in the customer’s project', () => {
    const [account] = new Set(
      [systemPool(), sparkPool('n2-standard-8', false)].map((pool) => pool?.config.serviceAccount),
    )
    expect(account).toMatch(/^nodes-research-[a-z0-9]{8}@acme-dev\.iam\.gserviceaccount\.com$/)
    expect(systemPool()?.config.serviceAccount).toBe(account)
  })
})
