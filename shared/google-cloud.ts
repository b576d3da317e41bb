// The parts of Google's container (v1) and compute (v1) resources that Kindling sets or reads, with Google's own field names.
// A field missing here is one that Kindling does not use; production clients pass these objects on as they are.
import type {
  GkeClusterSettings,
  KubeletConfig,
  MaintenancePolicy,
} from './gke-cluster-settings.ts'

/** `google.container.v1.Operation`. DONE covers success and failure alike: read `error`. */
export interface GkeOperation {
  readonly name: string
  readonly operationType:
    | 'CREATE_CLUSTER'
    | 'DELETE_CLUSTER'
    | 'CREATE_NODE_POOL'
    | 'DELETE_NODE_POOL'
    | (string & {})
  readonly status: 'PENDING' | 'RUNNING' | 'DONE' | 'ABORTING'
  readonly targetLink: string
  readonly startTime?: string
  readonly endTime?: string
  /** google.rpc.Status: code as in gRPC. */
  readonly error?: { readonly code: number; readonly message: string }
}

export interface Taint {
  readonly key: string
  readonly value: string
  readonly effect: 'NO_SCHEDULE' | 'PREFER_NO_SCHEDULE' | 'NO_EXECUTE'
}

export interface StatusCondition {
  /** Such as GCE_STOCKOUT or GCE_QUOTA_EXCEEDED. */
  readonly code?: string
  readonly canonicalCode?: string
  readonly message: string
}

export interface NodeConfig {
  readonly machineType: string
  readonly diskSizeGb?: number
  readonly diskType?: string
  readonly imageType?: string
  readonly spot?: boolean
  readonly serviceAccount?: string
  readonly oauthScopes?: readonly string[]
  readonly metadata?: Readonly<Record<string, string>>
  /** Kubernetes labels of the nodes. */
  readonly labels?: Readonly<Record<string, string>>
  /** Labels on the Compute resources, for cost. */
  readonly resourceLabels?: Readonly<Record<string, string>>
  readonly taints?: readonly Taint[]
  readonly shieldedInstanceConfig?: {
    readonly enableSecureBoot: boolean
    readonly enableIntegrityMonitoring: boolean
  }
  readonly workloadMetadataConfig?: { readonly mode: 'GKE_METADATA' | 'GCE_METADATA' }
  readonly gcfsConfig?: { readonly enabled: boolean }
  readonly kubeletConfig?: KubeletConfig
  /** A duration such as `120s`. */
  readonly consolidationDelay?: string
}

export interface NodePool {
  readonly name: string
  readonly config: NodeConfig
  /** Per zone of `locations`. */
  readonly initialNodeCount?: number
  readonly locations?: readonly string[]
  readonly autoscaling?: {
    readonly enabled: boolean
    readonly totalMinNodeCount?: number
    readonly totalMaxNodeCount?: number
    readonly locationPolicy?: 'BALANCED' | 'ANY'
  }
  readonly management?: { readonly autoUpgrade: boolean; readonly autoRepair: boolean }
  readonly maxPodsConstraint?: { readonly maxPodsPerNode: number }
  readonly networkConfig?: { readonly enablePrivateNodes?: boolean }
  /** Its nodes keep their version until that is out of support; the server says from when to when. */
  readonly maintenancePolicy?: {
    readonly exclusionUntilEndOfSupport: { readonly enabled: boolean }
  }
  /** Output only. */
  readonly status?:
    | 'PROVISIONING'
    | 'RUNNING'
    | 'RUNNING_WITH_ERROR'
    | 'RECONCILING'
    | 'STOPPING'
    | 'ERROR'
  readonly conditions?: readonly StatusCondition[]
  readonly instanceGroupUrls?: readonly string[]
}

export interface GkeCluster extends GkeClusterSettings {
  readonly name: string
  readonly description?: string
  readonly resourceLabels?: Readonly<Record<string, string>>
  readonly network?: string
  readonly subnetwork?: string
  readonly locations?: readonly string[]
  readonly nodePools?: readonly NodePool[]
  readonly ipAllocationPolicy?: {
    readonly useIpAliases: boolean
    readonly clusterSecondaryRangeName: string
    readonly servicesSecondaryRangeName: string
  }
  readonly networkConfig?: {
    readonly datapathProvider?: 'ADVANCED_DATAPATH' | 'LEGACY_DATAPATH'
    readonly defaultEnablePrivateNodes?: boolean
  }
  readonly defaultMaxPodsConstraint?: { readonly maxPodsPerNode: number }
  readonly legacyAbac?: { readonly enabled: boolean }
  readonly masterAuth?: {
    readonly clientCertificateConfig: { readonly issueClientCertificate: boolean }
  }
  readonly autoscaling?: { readonly autoscalingProfile?: 'BALANCED' | 'OPTIMIZE_UTILIZATION' }
  readonly maintenancePolicy?: MaintenancePolicy
  readonly monitoringConfig?: {
    readonly componentConfig: { readonly enableComponents: readonly string[] }
    readonly managedPrometheusConfig: { readonly enabled: boolean }
  }
  /** Cost by namespace and label, in the billing export. */
  readonly costManagementConfig?: { readonly enabled: boolean }
  readonly addonsConfig?: {
    readonly dnsCacheConfig?: { readonly enabled: boolean }
    readonly gcePersistentDiskCsiDriverConfig?: { readonly enabled: boolean }
    readonly httpLoadBalancing?: { readonly disabled: boolean }
    readonly kubernetesDashboard?: { readonly disabled: boolean }
    readonly networkPolicyConfig?: { readonly disabled: boolean }
  }
  /** For pools that do not say. */
  readonly nodePoolDefaults?: {
    readonly nodeConfigDefaults: {
      readonly gcfsConfig: { readonly enabled: boolean }
      readonly nodeKubeletConfig: KubeletConfig
    }
  }
  /** Output only. */
  readonly id?: string
  readonly selfLink?: string
  readonly status?: 'PROVISIONING' | 'RUNNING' | 'RECONCILING' | 'STOPPING' | 'ERROR' | 'DEGRADED'
  readonly conditions?: readonly StatusCondition[]
  readonly currentMasterVersion?: string
}

/** A Compute operation; failures stand in `error.errors`. */
export interface ComputeOperation {
  readonly name: string
  readonly status: 'PENDING' | 'RUNNING' | 'DONE'
  readonly operationType: string
  readonly targetLink: string
  /** Absent for global operations (networks, firewalls). */
  readonly region?: string
  readonly error?: {
    readonly errors: readonly { readonly code: string; readonly message: string }[]
  }
  readonly httpErrorStatusCode?: number
}

export interface ComputeNetwork {
  readonly name: string
  readonly description?: string
  readonly autoCreateSubnetworks: boolean
  readonly routingConfig?: { readonly routingMode: 'REGIONAL' | 'GLOBAL' }
  readonly mtu?: number
  readonly id?: string
  readonly selfLink?: string
}

export interface ComputeSubnetwork {
  readonly name: string
  readonly description?: string
  readonly network: string
  readonly ipCidrRange: string
  readonly privateIpGoogleAccess: boolean
  readonly secondaryIpRanges?: readonly {
    readonly rangeName: string
    readonly ipCidrRange: string
  }[]
  readonly id?: string
  readonly region?: string
  readonly selfLink?: string
}

export interface ComputeRouter {
  readonly name: string
  readonly description?: string
  readonly network: string
  readonly nats: readonly {
    readonly name: string
    readonly natIpAllocateOption: 'AUTO_ONLY'
    readonly sourceSubnetworkIpRangesToNat: 'ALL_SUBNETWORKS_ALL_IP_RANGES'
    readonly enableDynamicPortAllocation?: boolean
    readonly enableEndpointIndependentMapping?: boolean
    readonly minPortsPerVm?: number
    readonly logConfig?: { readonly enable: boolean; readonly filter: 'ERRORS_ONLY' }
  }[]
  readonly id?: string
  readonly region?: string
  readonly selfLink?: string
}

export interface ComputeFirewall {
  readonly name: string
  readonly description?: string
  readonly network: string
  readonly direction: 'INGRESS' | 'EGRESS'
  readonly priority: number
  readonly allowed?: readonly { readonly IPProtocol: string; readonly ports?: readonly string[] }[]
  readonly denied?: readonly { readonly IPProtocol: string; readonly ports?: readonly string[] }[]
  readonly sourceRanges?: readonly string[]
  readonly destinationRanges?: readonly string[]
  /** A rule that is there and not applied. */
  readonly disabled?: boolean
  readonly logConfig?: { readonly enable: boolean }
  readonly id?: string
  readonly selfLink?: string
}

/** `compute.v1.Quota`: what a project may use of one thing in a region, such as N2_CPUS, INSTANCES or SSD_TOTAL_GB. */
export interface ComputeQuota {
  readonly metric: string
  readonly limit: number
  readonly usage: number
}

/** The Compute collections that a workspace needs. Networks and firewalls are global, the others are of a region. */
export interface NetworkResources {
  networks: ComputeNetwork
  subnetworks: ComputeSubnetwork
  routers: ComputeRouter
  firewalls: ComputeFirewall
}
export type NetworkCollection = keyof NetworkResources
