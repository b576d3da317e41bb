// When GKE may upgrade and restart a workspace's cluster by itself (rule *upgrades*): in a weekly window. Spark pools are
// left out of it: they keep their version (`SPARK_MAINTENANCE`), and a new version comes with new pools.
import type { WorkspaceSpec } from '../domain/entity.ts'
import { minutes } from '../domain/time.ts'
import type { MaintenancePolicy } from '../gke-cluster-settings.ts'
import type { NodePool } from '../google-cloud.ts'

/** Weekends, six hours from midnight UTC: GKE wants 48 hours in 32 days. */
const DEFAULT_MAINTENANCE = {
  days: ['SA', 'SU'],
  start: '00:00',
  hours: 6,
} as const satisfies WorkspaceSpec['maintenance']

/** A Monday. The first window must have a date; which, does not matter, because the days of the week say when. */
const FIRST_DAY = Date.parse('2026-01-05T00:00:00Z')

export function maintenancePolicy(
  wanted: WorkspaceSpec['maintenance'] = DEFAULT_MAINTENANCE,
): MaintenancePolicy {
  const [hour = 0, minute = 0] = wanted.start.split(':').map(Number)
  const from = FIRST_DAY + minutes(hour * 60 + minute)
  return {
    window: {
      recurringWindow: {
        window: {
          startTime: new Date(from).toISOString(),
          endTime: new Date(from + minutes(wanted.hours * 60)).toISOString(),
        },
        recurrence: `FREQ=WEEKLY;BYDAY=${wanted.days.join(',')}`,
      },
    },
  }
}

/** An upgrade would drain nodes under running jobs. */
export const SPARK_MAINTENANCE = {
  exclusionUntilEndOfSupport: { enabled: true },
} as const satisfies NodePool['maintenancePolicy']
