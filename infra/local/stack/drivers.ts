// Simulated drivers: they serve the pages of Spark's that the agent reads, and are idle since they were first asked unless
// a person or a test says otherwise.
import type { Clock } from '../../../shared/ports.ts'
import { z } from 'zod'
import { CallError } from '../../../shared/call-error.ts'
import type { Instant } from '../../../shared/domain/time.ts'
import { type DriverApi, driverHost } from '../../workspace/agent/driver-api.ts'

const count = z.int().nonnegative()

/** What the driver in a namespace works on from now on; null = it does not answer. */
export const DriverSetting = z.strictObject({
  namespace: z.string().min(1),
  work: z
    .strictObject({
      runningJobs: count,
      openSessions: count,
      runningTasks: count.optional(),
      pendingTasks: count.optional(),
    })
    .nullable(),
})
export type DriverSetting = z.infer<typeof DriverSetting>

type Work = NonNullable<DriverSetting['work']>

export interface Drivers {
  /** Every driver's pages, by the name of its Service. */
  readonly api: DriverApi
  /** Jobs and sessions of the driver in this namespace from now on; undefined = it does not answer. */
  set(namespace: string, work: Work | undefined): void
  /** So many more sessions are open, or fewer; none fewer than none. One that did not answer does again. */
  changeSessions(namespace: string, by: 1 | -1): void
}

interface Driver {
  readonly startedAt: Instant
  readonly work: Work | undefined
  readonly changedAt: Instant
}

const NOTHING: Work = { runningJobs: 0, openSessions: 0 }

export function simulatedDrivers(clock: Clock): Drivers {
  const known = new Map<string, Driver>()

  function driverAt(host: string): Driver {
    const now = clock.now()
    const driver = known.get(host) ?? { startedAt: now, changedAt: now, work: NOTHING }
    known.set(host, driver)
    return driver
  }

  function set(namespace: string, work: Work | undefined): void {
    const host = driverHost(namespace)
    known.set(host, { startedAt: driverAt(host).startedAt, changedAt: clock.now(), work })
  }

  return {
    set,
    changeSessions(namespace, by) {
      const { work = NOTHING } = driverAt(driverHost(namespace))
      set(namespace, { ...work, openSessions: Math.max(0, work.openSessions + by) })
    },
    async api({ host, path }) {
      const { work, ...driver } = driverAt(host)
      if (!work) throw new CallError('unavailable', `nothing answers at ${host}`)
      const page = pageOf(path, work, driver)
      if (page === undefined) throw new CallError('not-found', `${host} has no page ${path}`)
      return page
    },
  }
}

const APPLICATION = 'app-20260101000000-0000'
const BASE = `/api/v1/applications/${APPLICATION}`

function pageOf(
  path: string,
  work: Work,
  { startedAt, changedAt }: Omit<Driver, 'work'>,
): string | undefined {
  const { runningJobs, openSessions, runningTasks = 0, pendingTasks = 0 } = work
  switch (path) {
    case '/api/v1/applications':
      return JSON.stringify([
        { id: APPLICATION, attempts: [{ startTimeEpoch: startedAt, completed: false }] },
      ])
    case `${BASE}/jobs`: {
      // A job that runs says when it began and nothing after that, and a session says no time at all.
      const ended = {
        jobId: 0,
        status: 'SUCCEEDED',
        submissionTime: timeText(startedAt),
        completionTime: timeText(changedAt),
      }
      const running = Array.from({ length: runningJobs }, (_, at) => ({
        jobId: at + 1,
        status: 'RUNNING',
        submissionTime: timeText(changedAt),
      }))
      return JSON.stringify([...running, ended])
    }
    case `${BASE}/stages?status=active`: {
      const stage = {
        status: 'ACTIVE',
        stageId: 1,
        numTasks: runningTasks + pendingTasks,
        numActiveTasks: runningTasks,
        numCompleteTasks: 0,
      }
      return JSON.stringify(stage.numTasks > 0 ? [stage] : [])
    }
    case '/connect/':
      return `<h4>${openSessions} session(s) are online, running ${runningJobs} Request(s)</h4>`
    default:
      return undefined
  }
}

/** As Spark writes times. */
const timeText = (at: Instant): string => new Date(at).toISOString().replace('Z', 'GMT')
