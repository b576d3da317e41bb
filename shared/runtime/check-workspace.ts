// What a workspace request must satisfy beyond its schema: shapes that exist and Spark can run on, each once; a key that
// the cluster can use; a window that GKE accepts (rule *upgrades*); a schedule that can wake something.
import type { Reason } from '../../events/lifecycle.ts'
import type { WorkspaceRequested } from '../../events/workspace-requested.ts'
import type { Shape, WorkspaceSpec } from '../domain/entity.ts'
import { poolOf } from '../domain/pool.ts'
import { isTimeZone } from '../domain/prewarm.ts'
import { checkMachine } from './check-cluster.ts'
import { checkWarm, warmOf } from './check-warm.ts'
import { refusal } from './refusal.ts'

/** What may be chosen apart from place and ranges. */
export type Chosen = Pick<
  WorkspaceRequested,
  | 'shapes'
  | 'warm'
  | 'encryptionKey'
  | 'maintenance'
  | 'systemZones'
  | 'poolIdleHours'
  | 'hibernateAfterHours'
  | 'prewarm'
>

export function checkWorkspace({
  region,
  capacity,
  shapes = [],
  warm,
  encryptionKey,
  maintenance,
  hibernateAfterHours,
  prewarm,
}: Chosen & Pick<WorkspaceRequested, 'region' | 'capacity'>): Reason | undefined {
  return (
    checkShapes(shapes) ??
    (warm && checkWarm(warm, region, capacity)) ??
    (encryptionKey === undefined ? undefined : checkKey(encryptionKey, region)) ??
    (maintenance && checkWindow(maintenance)) ??
    checkPrewarm('data', { prewarm, hibernateAfterHours })
  )
}

/** The choices as the workspace keeps them; what is kept warm is a listed shape too, so that its pool is there. */
export function chosenOf(
  chosen: Chosen,
  zones: readonly string[],
): Pick<WorkspaceSpec, keyof Chosen> {
  const { warm } = chosen
  const shapes = [
    ...(chosen.shapes ?? []),
    ...(warm?.nodes ?? []).map(({ machineType }) => ({ machineType, spot: false })),
  ]
  return {
    ...(shapes.length > 0 ? { shapes: distinct(shapes) } : {}),
    ...(warm ? { warm: warmOf(warm, zones) } : {}),
    ...othersOf(chosen),
  }
}

function distinct(shapes: readonly Shape[]): Shape[] {
  return [...new Map(shapes.map((shape) => [poolOf(shape), shape])).values()]
}

function othersOf({
  encryptionKey,
  maintenance,
  systemZones,
  poolIdleHours,
  hibernateAfterHours,
  prewarm,
}: Chosen): Omit<Pick<WorkspaceSpec, keyof Chosen>, 'shapes' | 'warm'> {
  return {
    ...(encryptionKey === undefined ? {} : { encryptionKey }),
    ...(maintenance === undefined ? {} : { maintenance }),
    ...(systemZones === undefined ? {} : { systemZones }),
    ...(poolIdleHours === undefined ? {} : { poolIdleHours }),
    ...(hibernateAfterHours === undefined ? {} : { hibernateAfterHours }),
    ...(prewarm === undefined ? {} : { prewarm }),
  }
}

function checkShapes(shapes: NonNullable<Chosen['shapes']>): Reason | undefined {
  const pools = shapes.map(poolOf)
  for (const [at, { machineType }] of shapes.entries()) {
    const field = `data.shapes.${at}.machineType`
    const fault = checkMachine('executor', machineType, field)
    // Too small for an executor may still do for a driver.
    if (fault && checkMachine('driver', machineType, field)) return fault
    const first = pools.indexOf(pools[at] ?? '')
    if (first !== at) return twice(at, first, pools[at] ?? '')
  }
  return undefined
}

function twice(at: number, first: number, pool: string): Reason {
  return refusal('INVALID_PARAMETER_VALUE', 'a shape is listed twice', {
    field: `data.shapes.${at}`,
    got: pool,
    allowed: `shapes that differ; this one is data.shapes.${first} already`,
    mend: 'remove one of the two: all clusters share the pool of a shape',
  })
}

/** GKE uses keys of its own region only. */
function checkKey(key: string, region: string): Reason | undefined {
  const [, , , location = ''] = key.split('/')
  if (location === region) return undefined
  return refusal('INVALID_PARAMETER_VALUE', "the key is not in the workspace's region", {
    field: 'data.encryptionKey',
    got: key,
    allowed: `a key in ${region}`,
    mend: `make a key ring in ${region} and a key in it, or leave "encryptionKey" out`,
  })
}

/** GKE wants 48 hours in any 32 days, which hold four whole weeks. */
const HOURS_A_WEEK = 12

function checkWindow({ days, hours }: NonNullable<Chosen['maintenance']>): Reason | undefined {
  const repeated = checkDays(days, 'data.maintenance.days')
  if (repeated) return repeated
  if (days.length * hours >= HOURS_A_WEEK) return undefined
  return refusal('INVALID_PARAMETER_VALUE', 'the maintenance window is too small for GKE', {
    field: 'data.maintenance.hours',
    got: `${days.length * hours} hours a week`,
    allowed: `at least ${HOURS_A_WEEK} hours a week`,
    mend: 'add days or hours; upgrades leave the nodes of running clusters alone',
  })
}

function checkDays(days: readonly string[], field: string): Reason | undefined {
  if (new Set(days).size === days.length) return undefined
  return refusal('INVALID_PARAMETER_VALUE', 'a day is listed twice', {
    field,
    got: days.join(', '),
    allowed: 'each day once',
    mend: 'remove the repetition',
  })
}

/** `at`: path of what has these fields. */
export function checkPrewarm(
  at: string,
  { prewarm, hibernateAfterHours }: Pick<Chosen, 'prewarm' | 'hibernateAfterHours'>,
): Reason | undefined {
  if (!prewarm) return undefined
  const { days, timeZone } = prewarm
  const repeated = checkDays(days, `${at}.prewarm.days`)
  if (repeated) return repeated
  if (!isTimeZone(timeZone)) {
    return refusal('INVALID_PARAMETER_VALUE', 'there is no such time zone', {
      field: `${at}.prewarm.timeZone`,
      got: timeZone,
      allowed: 'a name of the IANA time zone database, such as Europe/Berlin',
      mend: 'take the name of the city whose clocks you go by, or UTC; offsets such as +02:00 are no zones',
    })
  }
  if (hibernateAfterHours !== 0) return undefined
  return refusal('INVALID_PARAMETER_VALUE', 'a workspace that never hibernates is never woken', {
    field: `${at}.prewarm`,
    got: '"hibernateAfterHours": 0',
    allowed: 'a schedule for a workspace that hibernates',
    mend: 'leave "prewarm" out, or give "hibernateAfterHours" the hours without clusters after which it may sleep',
  })
}
