// A workspace user wants a Spark cluster.
import { z } from 'zod'
import { declareEvent } from './envelope.ts'
import { AccountId, ClusterId, WorkspaceId } from './ids.ts'

/** A Google machine type by name; whether Kindling knows it, the catalogue decides. */
const MachineType = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)+$/, 'a machine type such as n2-standard-8')

export const ClusterRequested = z.strictObject({
  account: AccountId,
  workspace: WorkspaceId,
  cluster: ClusterId,
  /** Version of the runtime image, as the catalogue lists it. */
  runtime: z.string().min(1).max(64),
  driver: z.strictObject({ machineType: MachineType }),
  executors: z.strictObject({
    count: z.int().min(1).max(1000),
    machineType: MachineType,
    /** Spot machines for executors; the driver never runs on spot. */
    spot: z.boolean().default(false),
  }),
  /** `auto`: one zone, chosen for the cluster. `HA`: all zones. Or one zone by name. */
  zone: z
    .string()
    .regex(/^(auto|HA|[a-z]+-[a-z]+\d+-[a-z])$/, '"auto", "HA" or a zone such as europe-west4-a')
    .default('auto'),
  /** Minutes without work after which the cluster ends; 0 = never. */
  autoterminationMinutes: z.union([z.literal(0), z.int().min(10).max(10_000)]).default(0),
})
export type ClusterRequested = z.infer<typeof ClusterRequested>

export const clusterRequested = declareEvent(
  'cluster.requested',
  'A Spark cluster is wanted',
  ClusterRequested,
)
