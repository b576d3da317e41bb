// Idle is asked twice (protocol rule 13): a cluster that looks idle is drained, so that no new session begins, and is ended
// only on a report made after the drain was seen. Work that began before wins, and cancels. Silence is never idle.
import type { PodLevel } from '../../events/pod-snapshot.ts'
import type { Reason } from '../../events/lifecycle.ts'
import type { ClusterEntity } from '../domain/entity.ts'
import { SWEEP_PERIOD } from '../domain/protocol-times.ts'
import { reasonOf } from '../domain/reasons/reason.ts'
import { nextRun } from '../domain/run.ts'
import { isQuiet } from '../domain/quiet.ts'
import { currentLevel, type Situation } from '../domain/situation.ts'
import { minutes } from '../domain/time.ts'
import { SPARK_CLUSTER } from '../manifests/spark-cluster-crd.ts'
import type { World } from '../ports.ts'
import { advance } from './advance.ts'
import { type Moment, readMoment } from './moment.ts'
import { namespaceOf } from './made-namespace.ts'
import { updateOf } from './stored.ts'
import { takeDown } from './take-down.ts'

export async function considerIdle(world: World, path: string): Promise<void> {
  const moment = await readMoment(world.store, path)
  const entity = moment?.entity.value
  if (!moment || entity?.kind !== 'cluster' || entity.state !== 'RUNNING') return
  const level = currentLevel(moment.situation)
  const drain = await openDrain(world, moment)
  if (!level || !drain) return

  const mark = await drain.current()
  if (!isIdle(entity, level, moment.situation)) {
    if (mark !== undefined) await drain.set(null)
    return
  }
  if (mark === undefined) {
    await drain.set(`${entity.generation}-${moment.situation.now}`)
    await lookAgainSoon(world, moment)
    return
  }
  if (level.drainSeen !== mark) return
  const { generation } = entity
  if (await takeDown(world, path, { generation, reason: inactivity(entity), by: 'idle' })) {
    await advance(world, path)
  }
}

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
function isIdle(
  entity: ClusterEntity,
  { activity }: PodLevel,
  { observation, now }: Situation,
): boolean {
  const limit = entity.spec.autoterminationMinutes
  if (limit === 0 || !activity || !isQuiet(activity)) return false
  const since = observation?.idleSince
  if (since === undefined || now - since < minutes(limit)) return false
  return now - activity.lastActiveAt >= minutes(limit)
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
