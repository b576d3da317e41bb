// What a scenario of the crash points is: how the world comes to where it begins, what is asked for, and when it is over.
import { runPath } from '../../shared/domain/paths.ts'
import { hours, minutes } from '../../shared/domain/time.ts'
import { CLUSTER, event, type Loop, WORKSPACE } from '../loop/fixture.ts'
import { isAtRest } from './whole-shape.ts'

export interface Scenario {
  readonly name: string
  /** What of the cloud is somebody else's, by name. */
  readonly strangers?: readonly string[]
  /** What another may rightly have taken away by the time that a process which stood still goes on. */
  readonly mayGoMeanwhile?: (name: string) => boolean
  /** Undisturbed: its calls are not counted. */
  begin(loop: Loop): Promise<void>
  act(loop: Loop): Promise<void>
  /** Milliseconds until it shows that something is to be done; unless said, what is asked for is taken in by then. */
  readonly showsAfter?: number
  /** Comes true, without faults, once everything that was asked for is so. With faults the same end must come about. */
  isOver(loop: Loop): Promise<boolean>
}

/** Of virtual time, for a run without faults. */
export const LIMIT = hours(3)

/** Few machines, so that one run is cheap: what is done for each of many is done for each of two. */
export const FEW = { count: 2, machineType: 'n2-standard-8' }

/** Whether the entity has come to this state, and to rest. */
export function comesTo(path: string, state: string): Scenario['isOver'] {
  return async (loop) => (await loop.entity(path))?.state === state && isAtRest(loop.stack)
}

export async function launch(
  { stack }: Loop,
  cluster = 'etl',
  data: Record<string, unknown> = {},
): Promise<void> {
  const wanted = { cluster, executors: FEW, ...data }
  await stack.publish('cluster-requested', event('cluster-requested', `launch-${cluster}`, wanted))
}

export async function change(
  { stack }: Loop,
  id: string,
  wanted: Record<string, unknown>,
): Promise<void> {
  const text = event('cluster-change-requested', id, { change: wanted })
  await stack.publish('cluster-change-requested', text)
}

export async function askForWorkspace(
  { stack }: Loop,
  data: Record<string, unknown> = {},
): Promise<void> {
  await stack.publish('workspace-requested', event('workspace-requested', 'workspace', data))
}

/** A workspace that runs. `data`: fields of its request. */
export async function workspace(loop: Loop, data: Record<string, unknown> = {}): Promise<void> {
  await askForWorkspace(loop, data)
  await reached(loop, WORKSPACE, 'RUNNING')
}

/** A workspace with a cluster that runs. `data`: fields of the cluster's request. */
export async function running(loop: Loop, data: Record<string, unknown> = {}): Promise<void> {
  await workspace(loop)
  await launch(loop, 'etl', data)
  await reached(loop, CLUSTER, 'RUNNING')
}

/** A workspace whose only cluster has ended. `data`: fields of the workspace's request. */
export async function ended(loop: Loop, data: Record<string, unknown> = {}): Promise<void> {
  await workspace(loop, data)
  await launch(loop)
  await reached(loop, CLUSTER, 'RUNNING')
  await change(loop, 'first-end', { action: 'terminate' })
  await reached(loop, CLUSTER, 'TERMINATED')
}

export async function reached(loop: Loop, path: string, state: string): Promise<void> {
  await loop.clock.until(`${path} ${state}`, () => comesTo(path, state)(loop), LIMIT)
}

/** Before an audit; idle clusters are looked at every ten minutes, and are to be by the audit too. */
const AWAKE = minutes(10)

/** Moves on until the entity's next audit will find that what this field says has been so for long enough. */
export async function untilAuditAfter(
  { clock, stack }: Loop,
  path: string,
  field: string,
  ms: number,
): Promise<void> {
  const limit = clock.now() + LIMIT
  while (clock.now() < limit) {
    const entity = await stack.store.get(path)
    const run = await stack.store.get(runPath(path, Number(entity?.data['generation'])))
    const [since, audit] = [Number(entity?.data[field]), Number(run?.data['wakeAt'])]
    // Nothing is asked for until then: but for the last minutes, sweeps and agents would only look.
    clock.leap(Math.max(0, audit - AWAKE - clock.now()))
    await clock.advance(Math.max(0, audit - minutes(1) - clock.now()))
    if (audit >= since + ms) return
    await clock.advance(minutes(2))
  }
  throw new Error(`${field} of ${path}: no audit found it old enough`)
}
