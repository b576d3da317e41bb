// The workspace's one regional GKE cluster (R2, R13), with its system pool in the create call (R5). What can be set only
// now is set now: private nodes, Dataplane V2, Workload Identity, the DNS endpoint, ranges.
import { minutes } from '../domain/time.ts'
import { limits } from '../catalog/limits.ts'
import { gkeClusterName } from '../domain/names.ts'
import type { SubjectOf } from '../domain/plan.ts'
import type { GkeCluster } from '../google-cloud.ts'
import { carries, descriptionMark, resourceMark } from '../manifests/labels.ts'
import { firewall } from './firewall.ts'
import { beginMaking, beginRemoving } from './gke-operation.ts'
import { broken } from './gke-state.ts'
import { routerNat } from './router-nat.ts'
import { type Observed, step, type StepPorts } from './step.ts'
import { network } from './network.ts'
import { PODS_RANGE, SERVICES_RANGE, subnet } from './subnet.ts'
import { systemPool } from './system-pool.ts'

type Output = { readonly gkeCluster: string; readonly endpoint: string }
type Input = { readonly cluster: GkeCluster }

interface Place {
  readonly network: string
  readonly subnetwork: string
}

function clusterOf(
  { identity, spec }: SubjectOf<'workspace'>,
  life: number,
  place: Place,
): GkeCluster {
  return {
    name: gkeClusterName(identity, life),
    description: descriptionMark(identity, life),
    resourceLabels: resourceMark(identity, life),
    network: place.network,
    subnetwork: place.subnetwork,
    locations: spec.zones,
    nodePools: [systemPool(identity, spec.zones, life)],
    ipAllocationPolicy: {
      useIpAliases: true,
      clusterSecondaryRangeName: PODS_RANGE,
      servicesSecondaryRangeName: SERVICES_RANGE,
    },
    networkConfig: { datapathProvider: 'ADVANCED_DATAPATH', defaultEnablePrivateNodes: true },
    controlPlaneEndpointsConfig: {
      dnsEndpointConfig: { allowExternalTraffic: true },
      ipEndpointsConfig: { enabled: false },
    },
    workloadIdentityConfig: { workloadPool: `${identity.project}.svc.id.goog` },
    shieldedNodes: { enabled: true },
    releaseChannel: { channel: 'REGULAR' },
    defaultMaxPodsConstraint: { maxPodsPerNode: limits.gke.podsPerNode },
    legacyAbac: { enabled: false },
    masterAuth: { clientCertificateConfig: { issueClientCertificate: false } },
    autoscaling: { autoscalingProfile: 'OPTIMIZE_UTILIZATION' },
    rbacBindingConfig: {
      enableInsecureBindingSystemUnauthenticated: false,
      enableInsecureBindingSystemAuthenticated: false,
    },
  }
}

async function observe({ gke }: StepPorts, { cluster }: Input): Promise<Observed<Output>> {
  const found = await gke.getCluster(cluster.name)
  if (!found) return { is: 'absent' }
  if (!carries(cluster.resourceLabels ?? {}, found.resourceLabels)) {
    return { is: 'foreign', what: `GKE cluster "${cluster.name}"` }
  }
  if (found.status === 'STOPPING') return { is: 'leaving' }
  if (found.status === 'ERROR')
    return { is: 'broken', error: broken(`GKE cluster "${cluster.name}"`, found.conditions) }
  const endpoint = found.controlPlaneEndpointsConfig?.dnsEndpointConfig?.endpoint
  if (found.status === 'PROVISIONING' || !endpoint) return { is: 'pending' }
  return { is: 'present', output: { gkeCluster: cluster.name, endpoint } }
}

export const gkeCluster = step({
  name: 'gke-cluster',
  title: 'Regional GKE cluster with its system pool',
  kind: 'workspace',
  lane: 'gke',
  attempts: 5,
  timeoutMs: minutes(60),
  after: { network, subnet, routerNat, firewall },
  input: ({ subject, life }, outputs): Input => {
    const place = { network: outputs.network.selfLink, subnetwork: outputs.subnet.selfLink }
    return { cluster: clusterOf(subject, life, place) }
  },
  observe,
  apply: (ports, input: Input) =>
    beginMaking(
      () => ports.gke.createCluster(input.cluster),
      () => observe(ports, input),
    ),
  undo: (ports, input) =>
    beginRemoving(
      () => ports.gke.deleteCluster(input.cluster.name),
      () => observe(ports, input),
    ),
})
