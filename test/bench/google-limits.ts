// The limits of Google's that grow with Kindling, and what Kindling takes of each. Those that Google raises on request stand as
// a new project has them. `says` has the source or that it is assumed, and how the design answers when it is met.
import type { Counts } from '../../shared/runtime/counts.ts'

export interface Plan {
  /** Machines started in a day, for all customers. */
  readonly instancesADay: number
  /** Of a cluster. */
  readonly executors: number
  readonly workspaces: number
  readonly peak: number
  /** What the largest workspace does. */
  readonly largest: {
    readonly clusters: number
    readonly nodesAtOnce: number
    readonly launchesAnHour: number
  }
}

/** Counted in simulation. */
export interface Demand {
  /** Launch, an hour, end. */
  readonly life: Counts
  /** Of a workspace with a cluster that runs and is not worked on. */
  readonly quietHour: Counts
}

export interface Limit {
  readonly name: string
  readonly gives: number
  /** In the same unit. */
  readonly needs: (plan: Plan, demand: Demand) => number
  readonly says: string
}

const DAY_S = 86_400
const HOUR_S = 3600
/** What Firestore takes 40 minutes into a rise: 500 a second, and half as many more every 5 minutes. */
const FIRESTORE = 500 * 1.5 ** 8

/** Of lives of clusters and quiet hours, in the busiest second. */
function inASecond(
  { instancesADay, executors, workspaces, peak }: Plan,
  { life, quietHour }: Demand,
  of: (counts: Counts) => number,
): number {
  const lives = (instancesADay / (executors + 1) / DAY_S) * peak
  return lives * of(life) + (workspaces / HOUR_S) * of(quietHour)
}

export const limits: readonly Limit[] = [
  {
    name: 'topics of a project',
    gives: 10_000,
    needs: ({ workspaces }) => workspaces,
    says: 'Pub/Sub, 10,000, from secondary sources. One for each workspace, so that an agent can speak for its own only; then a second Kindling project, because accounts share nothing',
  },
  {
    name: 'Firestore reads in a second',
    gives: FIRESTORE,
    needs: (plan, demand) => inASecond(plan, demand, ({ firestoreReads }) => firestoreReads),
    says: 'guidance for new keys; no ceiling once traffic has grown. Keys begin with the account',
  },
  {
    name: 'Firestore writes in a second',
    gives: FIRESTORE,
    needs: (plan, demand) => inASecond(plan, demand, ({ firestoreWrites }) => firestoreWrites),
    says: 'the same. Alarms are the only indexed times, and are sharded',
  },
  {
    name: 'Pub/Sub, bytes pushed in a second',
    gives: 20_000_000,
    needs: (plan, demand) =>
      inASecond(plan, demand, ({ pubsubBytes, deliveries }) => pubsubBytes + deliveries * 2000),
    says: 'the least that was reported for a region, 20 MB; others report 440 MB',
  },
  {
    name: 'Cloud Run, instances at once',
    gives: 1000,
    needs: (plan, demand) => inASecond(plan, demand, ({ billedMs }) => billedMs / 1000),
    says: 'assumed: 1,000 in a region. As if no instance took two invocations; they take 20',
  },
  {
    name: 'nodes of the largest workspace',
    gives: 15_000,
    needs: ({ largest }) => largest.nodesAtOnce,
    says: 'GKE: 5,000, on request 15,000. Pre-flight refuses a cluster that does not fit; then a second workspace',
  },
  {
    name: 'nodes of one pool in one zone',
    gives: 1000,
    needs: ({ executors, largest }) => Math.min(1000, executors * (largest.clusters / 3)),
    says: 'GKE, fixed. Larger pools are made in shards, so it is never exceeded',
  },
  {
    name: 'GKE operations at once, of the largest workspace',
    gives: 5,
    needs: () => 4,
    says: 'as 429s have told. Queued, four at a time; launches into pools that are there need none',
  },
  {
    name: 'GKE calls in a minute, of one project',
    gives: 3000,
    needs: ({ largest }, { life }) => (largest.launchesAnHour / 60) * life.gkeCalls,
    says: "GKE, in the customer's project. For workspaces of one project together",
  },
  {
    name: 'Kubernetes calls in a second, of the largest workspace',
    gives: 100,
    needs: ({ largest }, { life }) => (largest.launchesAnHour / HOUR_S) * life.kubernetesCalls,
    says: 'assumed: 100 writes a second beside everything else. One flow for each namespace, so small launches pass large ones',
  },
]
