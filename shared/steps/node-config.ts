// What all our nodes have in common, whatever their pool: hardened, images streamed, marked for cost.
import type { NodeConfig, NodePool } from '../google-cloud.ts'

/** Boot disk, GB: room for images and, on machines without local SSD, for Spark's shuffle files. */
const DISK_GB = 100

export const hardened = {
  imageType: 'COS_CONTAINERD',
  diskSizeGb: DISK_GB,
  oauthScopes: ['https://www.googleapis.com/auth/cloud-platform'],
  metadata: { 'disable-legacy-endpoints': 'true' },
  shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
  workloadMetadataConfig: { mode: 'GKE_METADATA' },
  gcfsConfig: { enabled: true },
} as const satisfies Partial<NodeConfig>

export const managed = {
  management: { autoUpgrade: true, autoRepair: true },
  networkConfig: { enablePrivateNodes: true },
} as const satisfies Partial<NodePool>
