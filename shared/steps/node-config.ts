// What all our nodes have in common, whatever their pool: hardened, images streamed, an account of their own that may do
// nothing but be a node, marked for cost.
import { machineType } from '../catalog/machine-types.ts'
import { nodeServiceAccountEmail } from '../domain/names.ts'
import type { Identity } from '../domain/plan.ts'
import type { KubeletConfig } from '../gke-cluster-settings.ts'
import type { NodeConfig, NodePool } from '../google-cloud.ts'
import { resourceMark } from '../manifests/labels.ts'

/** Boot disk, GB: room for images and, on machines without local SSD, for Spark's shuffle files. */
export const DISK_GB = 100

/** Newer families take no other kind than Hyperdisk. */
export function bootDiskType(machine: string): string {
  return machineType(machine)?.hyperdiskOnly === true ? 'hyperdisk-balanced' : 'pd-balanced'
}

export const CLOSED_KUBELET = {
  insecureKubeletReadonlyPortEnabled: false,
} as const satisfies KubeletConfig

const hardened = {
  imageType: 'COS_CONTAINERD',
  diskSizeGb: DISK_GB,
  // The account's roles are the limit; scopes would only be a second, coarser one.
  oauthScopes: ['https://www.googleapis.com/auth/cloud-platform'],
  metadata: { 'disable-legacy-endpoints': 'true' },
  shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
  workloadMetadataConfig: { mode: 'GKE_METADATA' },
  kubeletConfig: CLOSED_KUBELET,
  gcfsConfig: { enabled: true },
} as const satisfies Partial<NodeConfig>

export function nodeConfig(identity: Identity, life: number) {
  return {
    ...hardened,
    serviceAccount: nodeServiceAccountEmail(identity, identity.project),
    resourceLabels: resourceMark(identity, life),
  }
}

export const managed = {
  management: { autoUpgrade: true, autoRepair: true },
  networkConfig: { enablePrivateNodes: true },
} as const satisfies Partial<NodePool>
