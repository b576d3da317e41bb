// Idle is asked twice (protocol rule 13): a cluster that looks idle is drained, so that no new session begins, and is ended
// only on a report made after the drain was seen. Work that began before wins, and cancels. Silence is never idle.
import type { Reason } from '../../events/lifecycle.ts'
import type { ClusterEntity } from '../domain/entity.ts'
import { observationPath } from '../domain/paths.ts'
import { SWEEP_PERIOD } from '../domain/protocol-times.ts'
import { Observation } from '../domain/records.ts'
import { reasonOf } from '../domain/reasons/reason.ts'
import { nextRun } from '../domain/run.ts'
import { isQuiet } from '../domain/quiet.ts'
import { currentLevel, type Situation } from '../domain/situation.ts'
import { type Instant, minutes } from '../domain/time.ts'
import { SPARK_CLUSTER } from '../manifests/spark-cluster-crd.ts'
import type { Transaction, World } from '../ports.ts'
import { advance } from './advance.ts'
import { type Moment, readMoment } from './moment.ts'
import { namespaceOf } from './made-namespace.ts'
import { read, updateOf } from './stored.ts'
import { takeDown } from './take-down.ts'

export async function considerIdle(world: World, path: string): Promise<void> {
  const moment = await readMoment(world.store, path)
  const entity = moment?.entity.value
  if (!moment || entity?.kind !== 'cluster' || entity.want !== 'up') return
  const drain = await openDrain(world, moment)
  if (!drain || !currentLevel(moment.situation)) return

  const mark = await drain.current()
  if (!isIdle(moment.situation)) {
    if (mark !== undefined) await drain.set(null)
    return
  }
  if (mark === undefined || !isOf(entity, mark)) {
    await drain.set(`${entity.generation}-${moment.situation.now}`)
    await lookAgainSoon(world, moment)
    return
  }
  const { generation } = entity
  const holds = async (transaction: Transaction): Promise<boolean> => {
    const observation = await read(transaction, observationPath(path), Observation)
    const latest = { ...moment.situation, observation: observation?.value }
    return isIdle(latest) && currentLevel(latest)?.drainSeen === mark
  }
  const down = { generation, reason: inactivity(entity), by: 'idle', holds }
  if (await takeDown(world, path, down)) await advance(world, path)
}

/** Whether this generation was drained by it: what one of before had seen is good for nothing. */
const isOf = ({ generation }: ClusterEntity, mark: string): boolean =>
  mark.startsWith(`${generation}-`)

/** Should the report on the drain be lost, the sweep asks for it, and not only at the next audit. */
async function lookAgainSoon(world: World, { run, situation }: Moment): Promise<void> {
  const wakeAt = situation.now + SWEEP_PERIOD
  const woken = nextRun(run.value, { type: 'woken', wakeAt })
  if (woken) await world.store.commit([updateOf(run, woken)])
}

/**
 * By two clocks: the driver's, which knows of work between two reports, and the store's, by which every report for a whole
 * limit has said so. A clock that jumps, or has stood wrong all along, can so only put the end off.
 */
function isIdle(situation: Situation): boolean {
  const { entity, observation, now } = situation
  const activity = currentLevel(situation)?.activity
  if (entity.kind !== 'cluster' || entity.state !== 'RUNNING') return false
  if (!activity || !isQuiet(activity)) return false
  const limit = entity.spec.autoterminationMinutes
  const since = observation?.idleSince
  if (limit === 0 || since === undefined) return false
  if (now - Math.max(since, askedAt(situation)) < minutes(limit)) return false
  return now - activity.lastActiveAt >= minutes(limit)
}

/** Who asks for another size, or a restart, is somebody who uses it; that Kindling follows the load is not. */
function askedAt({ entity, run }: Situation): Instant {
  const ownAt = entity.kind === 'cluster' ? entity.autoscaled?.[0]?.at : undefined
  return run.createdAt === ownAt ? 0 : run.createdAt
}

function inactivity({ spec }: ClusterEntity): Reason {
  return reasonOf('INACTIVITY', { inactivity_duration_min: String(spec.autoterminationMinutes) })
}

interface Drain {
  current(): Promise<string | undefined>
  set(mark: string | null): Promise<void>
}

/** The drain mark on the cluster's custom resource, which agent and gateway obey. */
async function openDrain(world: World, { run, situation }: Moment): Promise<Drain | undefined> {
  const made = namespaceOf(situation)
  const plan = run.value.is === 'active' || run.value.is === 'settled' ? run.value.plan : undefined
  if (!made || plan?.subject.kind !== 'cluster') return undefined
  const kubernetes = world.kubernetes(plan.subject.identity, plan.subject.endpoint)
  const ref = { ...SPARK_CLUSTER, namespace: made.namespace, name: made.name }
  return {
    async current() {
      const drain = (await kubernetes.get(ref))?.spec?.['drain']
      return typeof drain === 'string' ? drain : undefined
    },
    async set(mark) {
      await kubernetes.patch(ref, { metadata: { uid: made.uid }, spec: { drain: mark } })
    },
  }
}
