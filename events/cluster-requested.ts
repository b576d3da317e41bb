// A workspace user wants a Spark cluster.
import { z } from 'zod'
import { declareEvent } from './envelope.ts'
import { AccountId, ClusterId, WorkspaceId } from './ids.ts'

/** A Google machine type by name; whether Kindling knows it, the catalogue decides. */
export const MachineType = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)+$/, 'a machine type such as n2-standard-8')

const COUNT = 'a whole number from 1 to 1000'
const IDLE = '0 for never, or a whole number from 10 to 10000'

const Range = z
  .strictObject({
    min: z.int(COUNT).min(1, COUNT).max(1000, COUNT),
    max: z.int(COUNT).min(1, COUNT).max(1000, COUNT),
  })
  .refine(({ min, max }) => min < max, { path: ['max'], message: 'more than min' })

/** How many executors: a number, or a range within which Kindling follows the load, from its least on. */
export const ExecutorCount = z.strictObject({
  count: z.int(COUNT).min(1, COUNT).max(1000, COUNT).optional(),
  autoscale: Range.optional(),
})

export const ExecutorSettings = ExecutorCount.extend({
  machineType: MachineType,
  /** Spot machines for executors; the driver never runs on spot. */
  spot: z.boolean().default(false),
  /** Whether machines that are not spot are taken when no spot ones are to be had. */
  spotFallback: z.boolean().optional(),
})

/** One of the two ways to say how many. */
export function eitherCountOrRange(
  { count, autoscale }: z.infer<typeof ExecutorCount>,
  context: z.RefinementCtx,
): void {
  if ((count === undefined) !== (autoscale === undefined)) return
  const message = count === undefined ? COUNT : 'either count or autoscale, not both'
  context.addIssue({ code: 'custom', path: ['count'], message, input: count })
}

/** What may be chosen, and changed later. */
export const ClusterSettings = z.strictObject({
  /** Version of the runtime image, as the catalogue lists it. */
  runtime: z.string().min(1).max(64),
  driver: z.strictObject({ machineType: MachineType }),
  executors: ExecutorSettings.superRefine(eitherCountOrRange),
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
export type ClusterSettings = z.infer<typeof ClusterSettings>

export const ClusterRequested = z.strictObject({
  account: AccountId,
  workspace: WorkspaceId,
  cluster: ClusterId,
  ...ClusterSettings.shape,
})
export type ClusterRequested = z.infer<typeof ClusterRequested>

export const clusterRequested = declareEvent(
  'cluster.requested',
  'A Spark cluster is wanted',
  ClusterRequested,
)
