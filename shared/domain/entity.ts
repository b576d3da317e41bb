// Workspaces, pools and clusters as they stand in the store. `state` and `reason` are a public surface: users hang their
// own triggers on them. States and reasons are those that users of Databricks and their tools already speak.
import { z } from 'zod'
import { ClusterSettings, ExecutorSettings } from '../../events/cluster-requested.ts'
import { Reason } from '../../events/lifecycle.ts'
import { Generation } from './numbers.ts'
import { Prewarm } from './prewarm.ts'
import { Instant } from './time.ts'

/** What is wanted: up, down, or (shared things only) marked for retirement, to be counted before it is taken down. */
const Want = z.enum(['up', 'marked', 'down'])

const Common = z.object({
  account: z.string(),
  workspace: z.string(),
  /** One for each thing ever wanted of this entity; handlers of an older one may not record. */
  generation: Generation,
  want: Want,
  /** The request that made this generation. */
  request: z.string(),
  changedAt: Instant,
})

/** Clusters whose machines are alike share one pool: this is what alike means. */
export const Shape = z.object({ machineType: z.string(), spot: z.boolean() })
export type Shape = z.infer<typeof Shape>

// --- Workspace --------------------------------------------------------------------------------------------------

export const WarmNodes = z.object({
  /** US dollars, at list price. */
  monthlyBudget: z.int().positive(),
  nodes: z
    .array(z.object({ machineType: z.string(), count: z.int().positive(), zone: z.string() }))
    .min(1),
})
export type WarmNodes = z.infer<typeof WarmNodes>

export const WorkspaceSpec = z.object({
  project: z.string(),
  region: z.string(),
  zones: z.array(z.string()).min(1),
  /** The customer-side account that every call for this workspace is made with. */
  serviceAccount: z.string(),
  ranges: z.object({ nodes: z.string(), pods: z.string(), services: z.string() }),
  /** Their pools are made with the workspace, and stay while it does. */
  shapes: z.array(Shape).optional(),
  /** Nodes that are kept ready. */
  warm: WarmNodes.optional(),
  /** Of Cloud KMS, for secrets. */
  encryptionKey: z.string().optional(),
  maintenance: z
    .object({ days: z.array(z.string()), start: z.string(), hours: z.int() })
    .optional(),
  /** Zones with a node of the system pool. */
  systemZones: z.int().optional(),
  /** Hours that a pool without uses is kept; 0 = for ever. */
  poolIdleHours: z.int().nonnegative().optional(),
  /** Hours without clusters after which its GKE cluster goes; 0 = never. */
  hibernateAfterHours: z.int().nonnegative().optional(),
  /** When it is woken although nobody asks. */
  prewarm: Prewarm.optional(),
})
export type WorkspaceSpec = z.infer<typeof WorkspaceSpec>

/** What a cluster needs to know of the workspace it runs in. */
export const WorkspaceOutputs = z.object({ gkeCluster: z.string(), endpoint: z.string() })
export type WorkspaceOutputs = z.infer<typeof WorkspaceOutputs>

const WorkspaceCommon = Common.extend({
  kind: z.literal('workspace'),
  spec: WorkspaceSpec,
  /** When it was first seen without clusters; absent while it may have some. */
  emptySince: Instant.optional(),
  /** Marked for hibernation: its clusters are being counted. */
  sleepy: z.literal(true).optional(),
  /** The scheduled hour that it was woken for, until a cluster is asked for. */
  prewarmedFor: Instant.optional(),
})

export const WorkspaceEntity = z.discriminatedUnion('state', [
  WorkspaceCommon.extend({ state: z.literal('PROVISIONING') }),
  /** `reason`: what of it cannot be mended, though it runs. */
  WorkspaceCommon.extend({
    state: z.literal('RUNNING'),
    outputs: WorkspaceOutputs,
    reason: Reason.optional(),
    /** Its GKE cluster is gone or going, or is being made again; `outputs` are those of the one before. */
    hibernation: z.enum(['HIBERNATED', 'WAKING']).optional(),
  }),
  WorkspaceCommon.extend({ state: z.literal('CANCELLING'), reason: Reason }),
  WorkspaceCommon.extend({ state: z.literal('FAILED'), reason: Reason }),
  WorkspaceCommon.extend({ state: z.literal('NOT_PROVISIONED'), reason: Reason }),
])
export type WorkspaceEntity = z.infer<typeof WorkspaceEntity>

// --- Pool -------------------------------------------------------------------------------------------------------

/** More than the pools that one GKE cluster can have. */
export const SHARDS_MAX = 1000

const PoolCommon = Common.extend({
  kind: z.literal('pool'),
  pool: z.string(),
  spec: Shape,
  /** Node pools of GKE that it is made of, each with its 1,000 nodes in a zone (rule *pool-limits*); one unless said. */
  shards: z.int().positive().max(SHARDS_MAX).optional(),
  /** The GKE cluster that it is made in. */
  gkeCluster: z.string().optional(),
  /** When it was first seen without uses; absent while it may have some. */
  unusedSince: Instant.optional(),
})

export const PoolEntity = z.discriminatedUnion('state', [
  PoolCommon.extend({ state: z.literal('PROVISIONING') }),
  PoolCommon.extend({ state: z.literal('RUNNING') }),
  PoolCommon.extend({ state: z.literal('RETIRING'), reason: Reason }),
  PoolCommon.extend({ state: z.literal('FAILED'), reason: Reason }),
  PoolCommon.extend({ state: z.literal('RETIRED'), reason: Reason }),
])
export type PoolEntity = z.infer<typeof PoolEntity>

// --- Cluster ----------------------------------------------------------------------------------------------------

/** As many as a request may ask for. */
const EXECUTORS_MAX = 1000

/** What was asked for, with defaults filled in; a range of executors starts at its least. */
export const ClusterSpec = ClusterSettings.extend({
  executors: ExecutorSettings.extend({ count: z.int().positive().max(EXECUTORS_MAX) }),
})
export type ClusterSpec = z.infer<typeof ClusterSpec>

/** Decisions about its size that a cluster keeps. */
export const SCALED_KEPT = 20

const Scaled = z.object({ from: z.int(), to: z.int(), why: z.string(), at: Instant })
export type Scaled = z.infer<typeof Scaled>

const ClusterCommon = Common.extend({
  kind: z.literal('cluster'),
  cluster: z.string(),
  spec: ClusterSpec,
  /** The generation of its latest start or restart: pods of an earlier one are replaced. */
  epoch: Generation,
  /** What Kindling had to change about this start, because machines were not to be had. */
  adapted: z
    .object({
      spec: ClusterSpec,
      /** Zones that had no machines. */
      tried: z.array(z.string()),
      /** Pods leave more of a node free, because they did not fit (rule *room*). */
      isSmaller: z.literal(true).optional(),
      reason: Reason,
    })
    .optional(),
  /** The latest change of size within its range that Kindling made by itself, and the ones before it, newest first. */
  autoscaled: z.array(Scaled).max(SCALED_KEPT).optional(),
})

const Executors = z.object({ requested: z.int(), ready: z.int() })

export const ClusterEntity = z.discriminatedUnion('state', [
  /** `waitsFor`: the path of the workspace that does not run yet. `reason`: what stands in its way, as far as is known. */
  ClusterCommon.extend({
    state: z.literal('PENDING'),
    waitsFor: z.string().optional(),
    reason: Reason.optional(),
  }),
  /** `reason`: why it runs with fewer executors than it wants. */
  ClusterCommon.extend({
    state: z.literal('RUNNING'),
    executors: Executors,
    reason: Reason.optional(),
  }),
  /** Driver and executors are made anew. */
  ClusterCommon.extend({ state: z.literal('RESTARTING'), reason: Reason.optional() }),
  /** Executors come or go. */
  ClusterCommon.extend({
    state: z.literal('RESIZING'),
    executors: Executors,
    reason: Reason.optional(),
  }),
  /** `forGood`: when it is gone, so is its document. */
  ClusterCommon.extend({
    state: z.literal('TERMINATING'),
    reason: Reason,
    forGood: z.literal(true).optional(),
  }),
  ClusterCommon.extend({ state: z.literal('TERMINATED'), reason: Reason }),
])
export type ClusterEntity = z.infer<typeof ClusterEntity>

export const Entity = z.discriminatedUnion('kind', [WorkspaceEntity, PoolEntity, ClusterEntity])
export type Entity = z.infer<typeof Entity>

/** What changes with an entity's state, apart from what it is. */
export type Status = DistributiveOmit<
  Entity,
  | keyof z.infer<typeof Common>
  | 'kind'
  | 'spec'
  | 'pool'
  | 'shards'
  | 'gkeCluster'
  | 'unusedSince'
  | 'emptySince'
  | 'sleepy'
  | 'prewarmedFor'
  | 'cluster'
  | 'epoch'
  | 'adapted'
  | 'autoscaled'
>
type DistributiveOmit<Union, Keys extends PropertyKey> = Union extends unknown
  ? Omit<Union, Keys>
  : never
