// An account admin wants a workspace: one VPC and one regional GKE cluster in the customer's own project.
import { z } from 'zod'
import { MachineType } from './cluster-requested.ts'
import { declareEvent } from './envelope.ts'
import { AccountId, WorkspaceId } from './ids.ts'

const Cidr = z
  .string()
  .regex(/^(\d{1,3}\.){3}\d{1,3}\/\d{1,2}$/, 'an IPv4 range such as 10.0.0.0/19')

/** Address ranges of the workspace's subnet; all three or none, for they must not overlap. */
const Ranges = z.strictObject({ nodes: Cidr, pods: Cidr, services: Cidr })

const NODES = 'a whole number from 2 to 14990'
const CLUSTERS = 'a whole number from 1 to 7495'

/** The most at once, of all clusters: ranges are planned for it. GKE takes 15,000 nodes, its own among them. */
const Capacity = z.strictObject({
  /** Machines of drivers and executors. */
  nodes: z.int(NODES).min(2, NODES).max(14_990, NODES),
  clusters: z.int(CLUSTERS).min(1, CLUSTERS).max(7495, CLUSTERS),
})

/** Each is a node pool, of which GKE's autoscaler takes about 100 well. */
const SHAPES_MAX = 20

const SYSTEM_ZONES = '1, 2 or 3'

const IDLE_HOURS = 'a whole number from 0 to 8760'

const Shape = z.strictObject({
  machineType: MachineType,
  /** Machines that Google may take back; never a driver's. */
  spot: z.boolean().default(false),
})

/** GKE's most for one pool in one zone. */
const WARM_COUNT = 'a whole number from 1 to 1000'
const BUDGET = 'a whole number of US dollars from 1 to 1000000'

/** On demand: a machine that Google may take back is not kept. */
const Warm = z.strictObject({
  monthlyBudget: z.int(BUDGET).min(1, BUDGET).max(1_000_000, BUDGET),
  nodes: z
    .array(
      z.strictObject({
        machineType: MachineType,
        count: z.int(WARM_COUNT).min(1, WARM_COUNT).max(1000, WARM_COUNT),
        /** The first of the region unless said. */
        zone: z.string().max(32).optional(),
      }),
    )
    .min(1)
    .max(SHAPES_MAX),
})

const KEY =
  /^projects\/[^/\s]+\/locations\/[^/\s]+\/keyRings\/[-\w]{1,63}\/cryptoKeys\/[-\w]{1,63}$/

const HOURS = 'a whole number from 4 to 24'

const Days = z
  .array(z.enum(['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']))
  .min(1)
  .max(7)

/** When GKE may upgrade and restart by itself, in UTC: at least 12 hours a week, so that it has its 48 in 32 days. */
const Maintenance = z.strictObject({
  days: Days,
  start: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day in UTC such as 22:30'),
  hours: z.int(HOURS).min(4, HOURS).max(24, HOURS),
})

const HOUR = 'a whole number from 0 to 23'
const MINUTE = 'a whole number from 0 to 59'

/** By the clock on the wall there: also when that is put forward or back. */
const Prewarm = z.strictObject({
  days: Days,
  hour: z.int(HOUR).min(0, HOUR).max(23, HOUR),
  minute: z.int(MINUTE).min(0, MINUTE).max(59, MINUTE).default(0),
  timeZone: z
    .string()
    .max(64)
    .describe('A name of the IANA time zone database, such as Europe/Berlin'),
})

export const WorkspaceRequested = z.strictObject({
  account: AccountId,
  workspace: WorkspaceId,
  project: z
    .string()
    .regex(
      /^[a-z][-a-z0-9]{4,28}[a-z0-9]$/,
      'a Google Cloud project id: 6 to 30 of a-z 0-9 -, first a letter',
    ),
  region: z.string().regex(/^[a-z]+-[a-z]+\d+$/, 'a Google Cloud region such as europe-west4'),
  ranges: Ranges.optional(),
  /** In place of ranges; with both, the ranges must hold it. */
  capacity: Capacity.optional(),
  shapes: z
    .array(Shape)
    .max(SHAPES_MAX)
    .describe(
      'Machines that clusters will ask for: their node pools are made with the workspace, empty, so that a launch finds them. An empty pool costs nothing',
    )
    .optional(),
  warm: Warm.describe(
    'Nodes that are kept ready, on demand, for the next launch that asks for their machine type. They cost money while nothing runs: never more than monthlyBudget US dollars in a month, at list price. Clusters of zone "auto" go where their machines are kept warm',
  ).optional(),
  encryptionKey: z
    .string()
    .max(256)
    .regex(KEY, 'a key such as projects/P/locations/europe-west4/keyRings/R/cryptoKeys/K')
    .describe(
      "A Cloud KMS key in the workspace's region that secrets in the GKE cluster are encrypted with. A key costs money also while nothing runs",
    )
    .optional(),
  maintenance: Maintenance.describe(
    'When Google may upgrade the GKE cluster by itself, in UTC: 12 hours a week or more. Unless said, six hours from midnight on Saturdays and Sundays. Nodes of running clusters are left alone',
  ).optional(),
  systemZones: z
    .int(SYSTEM_ZONES)
    .min(1, SYSTEM_ZONES)
    .max(3, SYSTEM_ZONES)
    .describe(
      "Zones with a node for GKE's services and Kindling's agent; 2 unless said. Each node costs money also while nothing runs",
    )
    .optional(),
  hibernateAfterHours: z
    .int(IDLE_HOURS)
    .min(0, IDLE_HOURS)
    .max(8760, IDLE_HOURS)
    .describe(
      'How long the GKE cluster is kept without a cluster that has not ended; 72 unless said, 0 = for ever. The network stays, and the next cluster waits until the GKE cluster is made again',
    )
    .optional(),
  prewarm: Prewarm.describe(
    'When a workspace that hibernates is to be awake again, before anybody asks for a cluster: waking begins 15 minutes before. It stays awake for four hours at least, and hibernates again if no cluster was asked for in them',
  ).optional(),
  poolIdleHours: z
    .int(IDLE_HOURS)
    .min(0, IDLE_HOURS)
    .max(8760, IDLE_HOURS)
    .describe(
      'How long a node pool that no cluster uses, and `shapes` does not list, is kept; 24 unless said, 0 = for ever. It is empty and costs nothing meanwhile',
    )
    .optional(),
})
export type WorkspaceRequested = z.infer<typeof WorkspaceRequested>

export const workspaceRequested = declareEvent(
  'workspace.requested',
  'A workspace is wanted',
  WorkspaceRequested,
)
