// What the workspace agent sees of one cluster's pods: a level, superseded by the next, never an edge.
// The workspace is not in the body: it is known from the topic, to which only that workspace's agent may publish.
import { z } from 'zod'
import { declareEvent } from './envelope.ts'
import { type AccountId, ClusterId, type WorkspaceId } from './ids.ts'

/** Instants are milliseconds since 1970, whole numbers. */
const Instant = z.int().nonnegative()

const PodFailure = z.strictObject({
  pod: z.string().max(253),
  reason: z.string().max(128),
  message: z.string().max(512),
  at: Instant,
  /** How often its container was started again. */
  restarts: z.int().nonnegative().optional(),
})

/** Work that the driver reports. Absent = unknown, which is never idle. */
const Activity = z.strictObject({
  runningJobs: z.int().nonnegative(),
  openSessions: z.int().nonnegative(),
  lastActiveAt: Instant,
  /** Of all jobs, now. Absent = unknown, by which nothing is scaled. */
  runningTasks: z.int().nonnegative().optional(),
  /** Those that wait for a free slot. */
  pendingTasks: z.int().nonnegative().optional(),
  /** Counted since the custom resource was made: another number than before is work, whatever clocks say. */
  sessionsAdmitted: z.int().nonnegative().optional(),
  /** Drains in which somebody wanted a session, and was refused. */
  sessionsRefused: z.int().nonnegative().optional(),
})

/** When each phase of the launch was first reached, as Kubernetes recorded it; milliseconds since 1970. */
const Phases = z.strictObject({
  firstPodCreatedAt: Instant.optional(),
  lastPodCreatedAt: Instant.optional(),
  lastScaleUpAt: Instant.optional(),
  lastNodeReadyAt: Instant.optional(),
  lastPodScheduledAt: Instant.optional(),
  lastImagePulledAt: Instant.optional(),
  lastPodReadyAt: Instant.optional(),
})

/** How one pod came up, on the node that it has to itself. Without a time: not reached, or not known. */
const PodCourse = z.strictObject({
  pod: z.string().max(253),
  createdAt: Instant,
  nodeReadyAt: Instant.optional(),
  scheduledAt: Instant.optional(),
  imagePulledAt: Instant.optional(),
  readyAt: Instant.optional(),
})
export type PodCourse = z.infer<typeof PodCourse>

/** Enough to draw a launch of any size from; few enough to fit in each report. */
export const COURSES_MAX = 40

export const PodLevel = z.strictObject({
  driver: z.enum(['absent', 'pending', 'ready', 'failed']),
  /** The life in the driver pod's name and labels: executors of an older one are not counted. */
  driverLife: z.int().positive().optional(),
  executors: z.strictObject({
    total: z.int().nonnegative(),
    ready: z.int().nonnegative(),
    failed: z.int().nonnegative(),
  }),
  /** The newest first, five at most. */
  failures: z.array(PodFailure).max(5),
  activity: Activity.optional(),
  phases: Phases,
  /** Once all are there: the driver's, then those of executors evenly chosen by when they were ready, earliest first. */
  courses: z.array(PodCourse).max(COURSES_MAX).optional(),
  /** The drain mark on the custom resource that this report was made after; absent when there was none. */
  drainSeen: z.string().max(64).optional(),
})
export type PodLevel = z.infer<typeof PodLevel>

export const PodSnapshot = z.strictObject({
  cluster: ClusterId,
  /** The custom resource that owns the pods. A snapshot of another life does not count. */
  uid: z.string().min(1).max(64),
  /** How often the agent's Lease has changed hands, then a counter within that term. */
  term: z.int().nonnegative(),
  sequence: z.int().nonnegative(),
  observedAt: Instant,
  level: PodLevel,
})
export type PodSnapshot = z.infer<typeof PodSnapshot>

export const podSnapshot = declareEvent(
  'pod.snapshot',
  "The state of one cluster's pods, as the workspace's agent sees it",
  PodSnapshot,
)

/** The topic that only this workspace's agent may publish to. */
export function snapshotTopic(account: AccountId, workspace: WorkspaceId): string {
  return `${podSnapshot.topic}-${workspace}.${account}`
}

/** The workspace that a snapshot topic belongs to, or undefined when it is not one. */
export function workspaceOfTopic(
  topic: string,
): { account: AccountId; workspace: WorkspaceId } | undefined {
  const prefix = `${podSnapshot.topic}-`
  if (!topic.startsWith(prefix)) return undefined
  const [workspace, account, ...rest] = topic.slice(prefix.length).split('.')
  if (!workspace || !account || rest.length > 0) return undefined
  return { account, workspace }
}
