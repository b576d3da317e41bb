// A workspace user wants a Spark cluster.
import { z } from 'zod'
import { declareEvent } from './envelope.ts'
import { AccountId, ClusterId, WorkspaceId } from './ids.ts'

/** A Google machine type by name; whether Kindling knows it, the catalogue decides. */
const MachineType = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)+$/, 'a machine type such as n2-standard-8')

const COUNT = 'a whole number from 1 to 1000'
const IDLE = '0 for never, or a whole number from 10 to 10000'

export const ClusterRequested = z.strictObject({
  account: AccountId,
  workspace: WorkspaceId,
  cluster: ClusterId,
  /** Version of the runtime image, as the catalogue lists it. */
  runtime: z.string().min(1).max(64),
  driver: z.strictObject({ machineType: MachineType }),
  executors: z.strictObject({
    count: z.int(COUNT).min(1, COUNT).max(1000, COUNT),
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
  autoterminationMinutes: z
    .union([z.literal(0, IDLE), z.int(IDLE).min(10, IDLE).max(10_000, IDLE)])
    .default(0),
})
export type ClusterRequested = z.infer<typeof ClusterRequested>

export const clusterRequested = declareEvent(
  'cluster.requested',
  'A Spark cluster is wanted',
  ClusterRequested,
)
