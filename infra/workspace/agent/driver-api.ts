// What a driver says that it works on, read from the pages that Spark itself serves: its REST status API for jobs and
// stages, and the Connect server's page for sessions, which the API does not list. Anything that cannot be read makes all
// of it unknown: an answer is whole, or none.
import { z } from 'zod'
import { CallError } from '../../../shared/call-error.ts'
import { DRIVER_SERVICE } from '../../../shared/domain/names.ts'
import type { Instant } from '../../../shared/domain/time.ts'
import { sparkPorts } from '../../../shared/manifests/spark-pod.ts'
import type { Activity } from './level.ts'

/** A GET on a driver's user interface: the body of a 200, and a throw for anything else. */
export type DriverApi = (page: DriverPage) => Promise<string>

export interface DriverPage {
  readonly host: string
  readonly port: number
  readonly path: string
}

const Applications = z.array(
  z.object({
    id: z.string(),
    attempts: z.array(z.object({ startTimeEpoch: z.int().nonnegative() })).min(1),
  }),
)
const Jobs = z.array(
  z.object({
    status: z.string(),
    submissionTime: z.string().optional(),
    completionTime: z.string().optional(),
  }),
)
const count = z.int().nonnegative()
const Stages = z.array(
  z.object({ numTasks: count, numActiveTasks: count, numCompleteTasks: count }),
)

export const driverHost = (namespace: string): string => `${DRIVER_SERVICE}.${namespace}.svc`

/** Throws what the driver's pages throw, and `unknown-outcome` for pages that are not as Spark's are. */
export async function driverActivity(api: DriverApi, namespace: string): Promise<Activity> {
  const host = driverHost(namespace)
  const read = (path: string): Promise<string> => api({ host, port: sparkPorts.ui, path })
  const [application] = parsed(Applications, await read('/api/v1/applications'))
  if (!application) throw unreadable('the list of applications is empty')
  const base = `/api/v1/applications/${encodeURIComponent(application.id)}`
  const [jobs, stages, openSessions] = await Promise.all([
    read(`${base}/jobs`).then((text) => parsed(Jobs, text)),
    read(`${base}/stages?status=active`).then((text) => parsed(Stages, text)),
    read('/connect/').then(sessionsOn),
  ])
  const times = jobs.flatMap(({ submissionTime, completionTime }) =>
    [submissionTime, completionTime].flatMap(instantsIn),
  )
  const started = application.attempts.map(({ startTimeEpoch }) => startTimeEpoch)
  return {
    runningJobs: jobs.filter(({ status }) => status === 'RUNNING').length,
    openSessions,
    lastActiveAt: Math.max(...started, ...times),
    runningTasks: sum(stages, ({ numActiveTasks }) => numActiveTasks),
    pendingTasks: sum(stages, ({ numTasks, numActiveTasks, numCompleteTasks }) =>
      Math.max(0, numTasks - numActiveTasks - numCompleteTasks),
    ),
  }
}

/** The page begins with "N session(s) are online, running M Request(s)". */
function sessionsOn(page: string): number {
  const found = /(\d+)\s+session\(s\)\s+are\s+online/.exec(page)?.[1]
  if (found === undefined) throw unreadable('its Connect page does not say how many sessions')
  return Number(found)
}

/** Spark writes `2026-01-31T12:00:00.000GMT`. */
function instantsIn(text: string | undefined): Instant[] {
  const at = Date.parse(text?.replace(/GMT$/, 'Z') ?? '')
  return Number.isFinite(at) ? [at] : []
}

function parsed<Schema extends z.ZodType>(schema: Schema, text: string): z.infer<Schema> {
  try {
    return schema.parse(JSON.parse(text))
  } catch {
    throw unreadable(`"${text.slice(0, 80)}" is no answer of Spark's status API`)
  }
}

const unreadable = (why: string): CallError => new CallError('unknown-outcome', `driver: ${why}`)

const sum = <Item>(items: readonly Item[], of: (item: Item) => number): number =>
  items.reduce((total, item) => total + of(item), 0)
