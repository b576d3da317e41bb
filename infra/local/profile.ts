// How long the simulated cloud takes for everything, in milliseconds of the given clock: the cloud's own time divided
// by `speed`. Only the cloud is sped up; the control plane and the agents always run in real time.

import { labelKeys } from '../../shared/manifests/labels.ts'
import type { KubernetesObject } from '../../shared/manifests/object.ts'

export interface ProfileOptions {
  /** How much faster than life the cloud runs. */
  readonly speed?: number
  /** Fixes every node's boot, in ms of cloud time, instead of drawing one per launch. */
  readonly bootMs?: number
  /** Fixes every image pull, in ms of cloud time. */
  readonly pullMs?: number
  /** How much later than its launch's boot time a single node may come, in ms of cloud time. */
  readonly bootJitterMs?: number
  /**
   * How long an empty node stays at least, in ms of the clock: a scheduler that is not sped up must have had the time to find
   * it. Default 0.
   */
  readonly leastEmptyMs?: number
  /** In [0, 1). */
  readonly random: () => number
}

export interface Profile {
  readonly speed: number
  /** Milliseconds of cloud time as milliseconds of the clock. */
  scaled(cloudMs: number): number
  /** How long an operation stays PENDING before it runs. */
  readonly operationPending: number
  computeOperation(): number
  createCluster(): number
  deleteCluster(): number
  updateCluster(): number
  createPool(): number
  deletePool(nodes: number): number
  /** How long a create or resize that meets a stock-out keeps its operation running. */
  readonly stockOutOperation: number
  readonly autoscalerScan: number
  /** From the decision of the autoscaler until the node is Ready. One draw per launch, plus each node's jitter. */
  nodeBoot(launch: string): number
  /** The part of the boot between the registration of the Node and its being Ready. */
  readonly nodeReadyLag: number
  imagePull(launch: string): number
  /** Between the making of a CustomResourceDefinition and its kinds being served. */
  readonly definitionServed: number
  readonly podStart: number
  /** How long the kubelet waits before it tries a held pod again, by how often it has tried. */
  podRetry(tries: number): number
  /** From the notice that a spot machine goes until it does. */
  readonly spotNotice: number
  /** How long the control plane waits for a node that has fallen silent, and then until the Node goes. */
  readonly nodeMonitorGrace: number
  readonly lostNodeRemoval: number
  readonly iamPropagation: number
  /** How long a node must be unneeded before it goes, by what its pool says; milliseconds of cloud time. */
  consolidationDelay(cloudMs?: number): number
  /** How long the autoscaler waits for a machine to become a node. */
  readonly nodeProvisioning: number
  readonly scaleUpBackOff: { readonly first: number; readonly longest: number }
  /** After so long without a failure a pool's back-off begins anew. */
  readonly scaleUpReset: number
  /** From an entry's emission until its arrival behind the log sink. */
  auditDelivery(): number
}

const SECOND = 1000
const MINUTE = 60 * SECOND

// Milliseconds of cloud time. Tags in brackets are those of the GCP facts reference (section 1.6 unless said).
const CLOUD = {
  /** PENDING lasts under a second (section 8, item 1). */
  operationPending: 500,
  /** Networks, subnetworks, routers and firewalls settle in seconds; 8 s by design section 8. */
  computeOperation: 8 * SECOND,
  /** 5 min 25 s for a regional cluster, one sample [FR-9]. */
  createCluster: 325 * SECOND,
  /** 2 min 44 s to 3 min 40 s [FR-9]. */
  deleteCluster: 190 * SECOND,
  /** A setting of the control plane; assumed. */
  updateCluster: 90 * SECOND,
  /** Empty pool: 30-60 s, assumed there and in the launch rules (pool-limits). */
  createPool: 38 * SECOND,
  /** Assumed for an empty pool; 4 min 34 s was seen for one with nodes [KHI]. */
  deleteEmptyPool: 60 * SECOND,
  deletePool: 274 * SECOND,
  /** 35-40 min [FR-1][FR-2][FR-3]. */
  stockOutOperation: 35 * MINUTE,
  /** Section 1.9 [SCALEDOWN]. */
  autoscalerScan: 10 * SECOND,
  /** 60-120 s to Ready [SK-BUF][FR-10]. */
  nodeBootLeast: 60 * SECOND,
  nodeBootMost: 120 * SECOND,
  /** Container network and kubelet after registration; chosen. */
  nodeReadyLag: 5 * SECOND,
  /** Design section 8. */
  imagePull: 20 * SECOND,
  /** The API servers of a regional control plane wait so long for each other (kube-apiserver 1.36, customresource_handler.go). */
  definitionServed: 5 * SECOND,
  podStart: 2 * SECOND,
  /** The kubelet's own back-off for images and containers. */
  podRetryFirst: 10 * SECOND,
  podRetryLongest: 5 * MINUTE,
  /** Launch rules, *spot*. */
  spotNotice: 15 * SECOND,
  /** Kubernetes' own default for the first; chosen for the second. */
  nodeMonitorGrace: 40 * SECOND,
  lostNodeRemoval: 60 * SECOND,
  /** Grants usually hold within a minute; chosen, Google states up to 7 minutes. */
  iamPropagation: 30 * SECOND,
  /** Section 1.9: 10 min unneeded [SCALEDOWN]. */
  consolidationDelay: 10 * MINUTE,
  /** Section 1.9: 15 min to provision a node [CA-FAQ]. */
  nodeProvisioning: 15 * MINUTE,
  /** Section 1.9: 5 min to 30 min [CA-FAQ]. */
  backOffFirst: 5 * MINUTE,
  backOffLongest: 30 * MINUTE,
  /** Section 1.9: reset after 3 h [CA-FAQ]. */
  backOffReset: 180 * MINUTE,
  /** Section 3.3: receiveTimestamp 0.6-1.0 s after emission [KHI]. */
  auditLeast: 600,
  auditMost: 1000,
}

/** Operations differ from one another by up to this fraction, to either side. */
const JITTER = 0.1

/** The same text and salt always give the same number in [0, 1), so that draws do not depend on their order. */
function hashed(salt: number, text: string): number {
  let hash = salt >>> 0
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32
}

export function profile(options: ProfileOptions): Profile {
  const { speed = 20, bootMs, pullMs, bootJitterMs = 0, leastEmptyMs = 0, random } = options
  const salt = Math.floor(random() * 2 ** 32)
  const scaled = (cloudMs: number): number => cloudMs / speed
  const about = (cloudMs: number): number => scaled(cloudMs) * (1 + (2 * random() - 1) * JITTER)
  const bootOf = (launch: string): number =>
    CLOUD.nodeBootLeast +
    (CLOUD.nodeBootMost - CLOUD.nodeBootLeast) * hashed(salt, `boot ${launch}`)
  const pullOf = (launch: string): number =>
    CLOUD.imagePull * (1 - JITTER + 2 * JITTER * hashed(salt, `pull ${launch}`))
  return {
    speed,
    scaled,
    operationPending: scaled(CLOUD.operationPending),
    computeOperation: () => about(CLOUD.computeOperation),
    createCluster: () => about(CLOUD.createCluster),
    deleteCluster: () => about(CLOUD.deleteCluster),
    updateCluster: () => about(CLOUD.updateCluster),
    createPool: () => about(CLOUD.createPool),
    deletePool: (nodes) => about(nodes === 0 ? CLOUD.deleteEmptyPool : CLOUD.deletePool),
    stockOutOperation: scaled(CLOUD.stockOutOperation),
    autoscalerScan: scaled(CLOUD.autoscalerScan),
    nodeBoot: (launch) =>
      scaled((bootMs ?? bootOf(launch)) + (bootJitterMs > 0 ? bootJitterMs * random() : 0)),
    nodeReadyLag: scaled(CLOUD.nodeReadyLag),
    imagePull: (launch) => scaled(pullMs ?? pullOf(launch)),
    definitionServed: scaled(CLOUD.definitionServed),
    podStart: scaled(CLOUD.podStart),
    podRetry: (tries) => scaled(Math.min(CLOUD.podRetryFirst * 2 ** tries, CLOUD.podRetryLongest)),
    spotNotice: scaled(CLOUD.spotNotice),
    nodeMonitorGrace: scaled(CLOUD.nodeMonitorGrace),
    lostNodeRemoval: scaled(CLOUD.lostNodeRemoval),
    iamPropagation: scaled(CLOUD.iamPropagation),
    consolidationDelay: (cloudMs = CLOUD.consolidationDelay) =>
      Math.max(scaled(cloudMs), leastEmptyMs),
    nodeProvisioning: scaled(CLOUD.nodeProvisioning),
    scaleUpBackOff: { first: scaled(CLOUD.backOffFirst), longest: scaled(CLOUD.backOffLongest) },
    scaleUpReset: scaled(CLOUD.backOffReset),
    auditDelivery: () => scaled(CLOUD.auditLeast + (CLOUD.auditMost - CLOUD.auditLeast) * random()),
  }
}

/** What is drawn once for all pods of a launch: they pull alike. */
export function launchOf({ metadata }: KubernetesObject): string {
  return `${metadata.namespace ?? ''}/${metadata.labels?.[labelKeys.cluster] ?? ''}`
}
