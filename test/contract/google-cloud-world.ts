// What the contract suites of Google Cloud need of whatever they are run against: the engine itself, the production
// clients on its wire faces, or a real project.
import { CallError } from '../../shared/call-error.ts'
import type { Gke, Network } from '../../shared/google-ports.ts'
import type { MaintenancePolicy } from '../../shared/gke-cluster-settings.ts'
import type { GkeCluster, NodePool } from '../../shared/google-cloud.ts'

export interface GoogleCloudWorld {
  readonly gke: Gke
  readonly network: Network
  readonly project: string
  readonly region: string
  /** Lets time pass between two looks. */
  wait(): Promise<void>
  close(): Promise<void>
}

/** How often `settled` looks before it gives up. */
const LOOKS = 4000

/** Looks until the value is there, waiting in between. Throws with `what`. */
export async function settled<T>(
  world: Pick<GoogleCloudWorld, 'wait'>,
  what: string,
  look: () => Promise<T | undefined>,
): Promise<T> {
  for (let looks = 0; looks < LOOKS; looks++) {
    const value = await look()
    if (value !== undefined) return value
    await world.wait()
  }
  throw new Error(`${what}: not after ${LOOKS} looks`)
}

/** The error that a call is refused with. Throws when it is not refused. */
export async function refusal(call: Promise<unknown>): Promise<CallError> {
  try {
    await call
  } catch (error) {
    if (error instanceof CallError) return error
    throw error
  }
  throw new Error('the call was not refused')
}

let counter = 0

/** A name that nothing else in this run has. `base`: at most 20 characters. */
export function uniqueName(base: string): string {
  counter += 1
  return `${base}-${process.pid.toString(36)}-${counter}`
}

/** A request id for Compute. */
export function requestId(): string {
  return crypto.randomUUID()
}

export function poolOf(name: string, more: Partial<NodePool> = {}): NodePool {
  return {
    name,
    config: {
      machineType: 'n2-standard-4',
      diskSizeGb: 100,
      diskType: 'pd-balanced',
      labels: { 'kindling.dev/pool': name },
      taints: [{ key: 'kindling.dev/only', value: 'spark', effect: 'NO_SCHEDULE' }],
      consolidationDelay: '120s',
      imageType: 'COS_CONTAINERD',
      spot: true,
      serviceAccount: 'nodes@demo-contract.iam.gserviceaccount.com',
      oauthScopes: ['https://www.googleapis.com/auth/cloud-platform'],
      metadata: { 'disable-legacy-endpoints': 'true' },
      resourceLabels: { 'kindling-workspace': 'w' },
      shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
      workloadMetadataConfig: { mode: 'GKE_METADATA' },
      gcfsConfig: { enabled: true },
      kubeletConfig: { insecureKubeletReadonlyPortEnabled: false },
    },
    maintenancePolicy: { exclusionUntilEndOfSupport: { enabled: true } },
    management: { autoUpgrade: true, autoRepair: true },
    networkConfig: { enablePrivateNodes: true },
    initialNodeCount: 0,
    autoscaling: {
      enabled: true,
      totalMinNodeCount: 0,
      totalMaxNodeCount: 2000,
      locationPolicy: 'ANY',
    },
    maxPodsConstraint: { maxPodsPerNode: 32 },
    ...more,
  }
}

export interface ClusterNetwork {
  readonly network: string
  readonly subnetwork: string
}

/** A maintenance window of Saturdays and Sundays, in UTC. */
export function weekends(from: string, to: string): MaintenancePolicy {
  const saturday = '2026-01-03'
  const window = { startTime: `${saturday}T${from}:00.000Z`, endTime: `${saturday}T${to}:00.000Z` }
  return { window: { recurringWindow: { window, recurrence: 'FREQ=WEEKLY;BYDAY=SA,SU' } } }
}

/** A regional cluster with one small system pool, as a workspace has it. */
export function clusterOf(
  name: string,
  { network, subnetwork }: ClusterNetwork,
  zones: readonly string[],
  project: string,
): GkeCluster {
  return {
    name,
    network,
    subnetwork,
    locations: zones,
    ipAllocationPolicy: {
      useIpAliases: true,
      clusterSecondaryRangeName: 'pods',
      servicesSecondaryRangeName: 'services',
    },
    networkConfig: { datapathProvider: 'ADVANCED_DATAPATH', defaultEnablePrivateNodes: true },
    controlPlaneEndpointsConfig: {
      dnsEndpointConfig: {
        allowExternalTraffic: true,
        enableK8sTokensViaDns: false,
        enableK8sCertsViaDns: false,
      },
      ipEndpointsConfig: { enabled: false },
    },
    workloadIdentityConfig: { workloadPool: `${project}.svc.id.goog` },
    shieldedNodes: { enabled: true },
    releaseChannel: { channel: 'REGULAR' },
    defaultMaxPodsConstraint: { maxPodsPerNode: 32 },
    legacyAbac: { enabled: false },
    masterAuth: { clientCertificateConfig: { issueClientCertificate: false } },
    autoscaling: { autoscalingProfile: 'OPTIMIZE_UTILIZATION' },
    rbacBindingConfig: {
      enableInsecureBindingSystemUnauthenticated: false,
      enableInsecureBindingSystemAuthenticated: false,
    },
    resourceLabels: { 'kindling-mark': 'contract' },
    maintenancePolicy: weekends('00:00', '06:00'),
    databaseEncryption: {
      state: 'ENCRYPTED',
      keyName: `projects/${project}/locations/${zones[0]?.slice(0, -2)}/keyRings/r/cryptoKeys/k`,
    },
    anonymousAuthenticationConfig: { mode: 'LIMITED' },
    securityPostureConfig: { mode: 'BASIC' },
    loggingConfig: { componentConfig: { enableComponents: ['SYSTEM_COMPONENTS', 'APISERVER'] } },
    monitoringConfig: {
      componentConfig: { enableComponents: ['SYSTEM_COMPONENTS'] },
      managedPrometheusConfig: { enabled: false },
    },
    costManagementConfig: { enabled: true },
    addonsConfig: {
      dnsCacheConfig: { enabled: true },
      gcePersistentDiskCsiDriverConfig: { enabled: true },
      httpLoadBalancing: { disabled: true },
      kubernetesDashboard: { disabled: true },
      networkPolicyConfig: { disabled: true },
    },
    nodePoolDefaults: {
      nodeConfigDefaults: {
        gcfsConfig: { enabled: true },
        nodeKubeletConfig: { insecureKubeletReadonlyPortEnabled: false },
      },
    },
    nodePools: [
      poolOf('system', {
        initialNodeCount: 1,
        locations: zones.slice(0, 1),
        autoscaling: { enabled: true, totalMinNodeCount: 1, totalMaxNodeCount: 5 },
      }),
    ],
  }
}

/** A network with a subnetwork that has ranges for pods and services; answers their paths. */
export async function makeNetwork(world: GoogleCloudWorld): Promise<ClusterNetwork> {
  const { network, project, region } = world
  const name = uniqueName('net')
  const done = async (
    start: Promise<Parameters<typeof network.getOperation>[0]>,
  ): Promise<void> => {
    const operation = await start
    await settled(world, `operation ${operation.name}`, async () => {
      const { status, error } = await network.getOperation(operation)
      if (error) throw new Error(JSON.stringify(error))
      return status === 'DONE' ? true : undefined
    })
  }
  const path = `projects/${project}/global/networks/${name}`
  await done(network.insert('networks', { name, autoCreateSubnetworks: false }, requestId()))
  await done(
    network.insert(
      'subnetworks',
      {
        name,
        network: path,
        ipCidrRange: '10.0.0.0/19',
        privateIpGoogleAccess: true,
        secondaryIpRanges: [
          { rangeName: 'pods', ipCidrRange: '100.64.0.0/14' },
          { rangeName: 'services', ipCidrRange: '10.1.0.0/20' },
        ],
      },
      requestId(),
    ),
  )
  return { network: path, subnetwork: `projects/${project}/regions/${region}/subnetworks/${name}` }
}
