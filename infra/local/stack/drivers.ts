// What simulated drivers say that they work on, as Spark's own status pages would: idle since they were first asked, unless
// a person or a test says otherwise.
import { z } from 'zod'
import type { PodLevel } from '../../../events/pod-snapshot.ts'
import type { EngineClock } from '../clock.ts'

type Activity = NonNullable<PodLevel['activity']>

/** What the driver in a namespace works on from now on; null = it does not answer. */
export const DriverSetting = z.strictObject({
  namespace: z.string().min(1),
  work: z
    .strictObject({
      runningJobs: z.int().nonnegative(),
      openSessions: z.int().nonnegative(),
      runningTasks: z.int().nonnegative().optional(),
      pendingTasks: z.int().nonnegative().optional(),
    })
    .nullable(),
})
export type DriverSetting = z.infer<typeof DriverSetting>

export interface Drivers {
  activity(namespace: string): Promise<Activity | undefined>
  /** Jobs and sessions of the driver in this namespace from now on; undefined = it does not answer. */
  set(namespace: string, work: NonNullable<DriverSetting['work']> | undefined): void
}

export function simulatedDrivers(clock: EngineClock): Drivers {
  const known = new Map<string, Activity | undefined>()
  return {
    async activity(namespace) {
      if (!known.has(namespace)) {
        const nothing = { runningJobs: 0, openSessions: 0, runningTasks: 0, pendingTasks: 0 }
        known.set(namespace, { ...nothing, lastActiveAt: clock.now() })
      }
      const activity = known.get(namespace)
      if (!activity) return undefined
      const isBusy = activity.runningJobs > 0 || activity.openSessions > 0
      return isBusy ? { ...activity, lastActiveAt: clock.now() } : activity
    },
    set(namespace, work) {
      known.set(namespace, work && { ...work, lastActiveAt: clock.now() })
    },
  }
}
