// A workspace user wants a cluster that exists to change: the verbs that users of Databricks and their tools know.
import { z } from 'zod'
import { ClusterSettings, eitherCountOrRange, ExecutorCount } from './cluster-requested.ts'
import { declareEvent } from './envelope.ts'
import { AccountId, ClusterId, WorkspaceId } from './ids.ts'

export const ClusterChange = z.discriminatedUnion('action', [
  /** Other settings, all of them given again. A cluster that runs is restarted with them. */
  z.strictObject({ action: z.literal('edit'), settings: ClusterSettings }),
  z.strictObject({
    action: z.literal('resize'),
    executors: ExecutorCount.superRefine(eitherCountOrRange),
  }),
  /** New driver and executors under the same settings. */
  z.strictObject({ action: z.literal('restart') }),
  /** Ends it; its settings stay, so that it can be started again. */
  z.strictObject({ action: z.literal('terminate') }),
  z.strictObject({ action: z.literal('start') }),
  /** Ends it if need be, and forgets it. */
  z.strictObject({ action: z.literal('delete') }),
])
export type ClusterChange = z.infer<typeof ClusterChange>

export const ClusterChangeRequested = z.strictObject({
  account: AccountId,
  workspace: WorkspaceId,
  cluster: ClusterId,
  change: ClusterChange,
})
export type ClusterChangeRequested = z.infer<typeof ClusterChangeRequested>

export const clusterChangeRequested = declareEvent(
  'cluster.change.requested',
  'A change of a Spark cluster is wanted',
  ClusterChangeRequested,
)
