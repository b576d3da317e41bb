// A workspace's GKE cluster as it is asked for (R2, R13): private, hardened, marked for cost. What costs money while nothing
// runs is off, or says so (rule *idle-floor*).
import { limits } from '../catalog/limits.ts'
import { gkeClusterName } from '../domain/names.ts'
import type { SubjectOf } from '../domain/plan.ts'
import type { GkeClusterSettings } from '../gke-cluster-settings.ts'
import type { GkeCluster } from '../google-cloud.ts'
import { descriptionMark, resourceMark } from '../manifests/labels.ts'
import { maintenancePolicy } from './maintenance-policy.ts'
import { CLOSED_KUBELET } from './node-config.ts'
import { PODS_RANGE, SERVICES_RANGE } from './subnet.ts'
import { systemPool } from './system-pool.ts'

interface Place {
  readonly network: string
  readonly subnetwork: string
}

export function gkeClusterOf(
  subject: SubjectOf<'workspace'>,
  life: number,
  place: Place,
): GkeCluster {
  const { identity, spec } = subject
  return {
    name: gkeClusterName(identity, life),
    description: descriptionMark(identity, life),
    resourceLabels: resourceMark(identity, life),
    network: place.network,
    subnetwork: place.subnetwork,
    // Said outright: left to itself GKE takes a part of the region's zones (rule *zone*).
    locations: spec.zones,
    nodePools: [systemPool(subject, life)],
    ipAllocationPolicy: {
      useIpAliases: true,
      clusterSecondaryRangeName: PODS_RANGE,
      servicesSecondaryRangeName: SERVICES_RANGE,
    },
    // Dataplane V2 enforces network policies itself.
    networkConfig: { datapathProvider: 'ADVANCED_DATAPATH', defaultEnablePrivateNodes: true },
    defaultMaxPodsConstraint: { maxPodsPerNode: limits.gke.podsPerNode },
    legacyAbac: { enabled: false },
    masterAuth: { clientCertificateConfig: { issueClientCertificate: false } },
    autoscaling: { autoscalingProfile: 'OPTIMIZE_UTILIZATION' },
    nodePoolDefaults: {
      nodeConfigDefaults: { gcfsConfig: { enabled: true }, nodeKubeletConfig: CLOSED_KUBELET },
    },
    maintenancePolicy: maintenancePolicy(spec.maintenance),
    // Its own metrics only: managed Prometheus is paid by the sample, and its DaemonSet takes room on every node.
    monitoringConfig: {
      componentConfig: { enableComponents: ['SYSTEM_COMPONENTS'] },
      managedPrometheusConfig: { enabled: false },
    },
    costManagementConfig: { enabled: true },
    addonsConfig: {
      dnsCacheConfig: { enabled: true },
      gcePersistentDiskCsiDriverConfig: { enabled: true },
      // Nothing is published from here, and a load balancer would outlive the cluster and hold its network.
      httpLoadBalancing: { disabled: true },
      kubernetesDashboard: { disabled: true },
      networkPolicyConfig: { disabled: true },
    },
    ...settingsOf(subject),
  }
}

/** What must stay so: changed by others, it is put back (part 5 of the data plane: heal). */
export function settingsOf({ identity, spec }: SubjectOf<'workspace'>): GkeClusterSettings {
  return {
    // Reached by IAM at a DNS name; there is no address to knock at.
    controlPlaneEndpointsConfig: {
      dnsEndpointConfig: {
        allowExternalTraffic: true,
        enableK8sTokensViaDns: false,
        enableK8sCertsViaDns: false,
      },
      ipEndpointsConfig: { enabled: false },
    },
    workloadIdentityConfig: { workloadPool: `${identity.project}.svc.id.goog` },
    shieldedNodes: { enabled: true },
    releaseChannel: { channel: 'REGULAR' },
    ...(spec.encryptionKey === undefined
      ? {}
      : { databaseEncryption: { state: 'ENCRYPTED' as const, keyName: spec.encryptionKey } }),
    rbacBindingConfig: {
      enableInsecureBindingSystemUnauthenticated: false,
      enableInsecureBindingSystemAuthenticated: false,
    },
    anonymousAuthenticationConfig: { mode: 'LIMITED' },
    securityPostureConfig: { mode: 'BASIC' },
    // With the system's logs come the autoscaler's visibility entries and Kubernetes' own audit log. What pods print is
    // paid by volume, and left out.
    loggingConfig: { componentConfig: { enableComponents: ['SYSTEM_COMPONENTS', 'APISERVER'] } },
  }
}
