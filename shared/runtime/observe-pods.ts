// Takes in what the agent saw: a level that counts only for the current custom resource, in order of term and sequence
// (protocol rule 14). Comes by event, or is pulled from the custom resource's status by the sweep.
import { PodSnapshot } from '../../events/pod-snapshot.ts'
import { observationPath } from '../domain/paths.ts'
import { isQuiet, quietSince } from '../domain/quiet.ts'
import { Observation } from '../domain/records.ts'
import type { World } from '../ports.ts'
import { annotationKeys } from '../manifests/labels.ts'
import { SPARK_CLUSTER } from '../manifests/spark-cluster-crd.ts'
import { advance } from './advance.ts'
import { considerSize, slotsOf } from './consider-size.ts'
import { considerIdle } from './idle.ts'
import { namespaceOf } from './made-namespace.ts'
import { type Moment, readMoment } from './moment.ts'
import { createOf, read, updateOf } from './stored.ts'
import { activeTrace, inTrace } from './trace.ts'

type Seen = Omit<PodSnapshot, 'cluster'>

/** Reports on one cluster that may come in at once before one of them is given back. */
const TRIES = 10

/** Throws when so many reports come in at once that this one could not be compared with the last of them. */
export async function observePods(world: World, path: string, seen: Seen): Promise<void> {
  for (let tries = 0; tries < TRIES; tries++) {
    const { is, hasRange = false } = await keepIfNewer(world, path, seen)
    if (is === 'refused') continue
    if (is === 'news') await advance(world, path)
    // Also when nothing has changed: how long it has been so is what counts.
    if (hasRange) await considerSize(world, path)
    if (is === 'news' && seen.level.drainSeen !== undefined) await considerIdle(world, path)
    return
  }
  throw new Error(`observation of "${path}": others wrote it ${TRIES} times in a row`)
}

interface Kept {
  readonly is: 'news' | 'same' | 'dropped' | 'refused'
  /** Of a cluster whose size follows its load. */
  readonly hasRange?: boolean
}

/** `refused`: another report came in meanwhile, which may be the older one. */
async function keepIfNewer(world: World, path: string, seen: Seen): Promise<Kept> {
  const moment = await readMoment(world.store, path)
  if (!moment || namespaceOf(moment.situation)?.uid !== seen.uid) return { is: 'dropped' }
  const before = await read(world.store, observationPath(path), Observation)
  if (before && before.value.uid === seen.uid && !isNewer(seen, before.value))
    return { is: 'dropped' }
  const { uid, term, sequence, observedAt, level } = seen
  const receivedAt = moment.situation.now
  const order = { uid, term, sequence, observedAt, receivedAt }
  const slots = slotsOf(moment)
  const quiet = quietSince(moment.situation, slots, { ...order, level }, before?.value)
  const observation: Observation = { ...order, level, ...quiet, ...activeTrace() }
  const write = before
    ? updateOf(before, observation)
    : createOf(observationPath(path), observation)
  if (!(await world.store.commit([write]))) return { is: 'refused' }
  const saysTheSame = before?.value.uid === uid && meaning(before.value) === meaning(observation)
  return { is: saysTheSame ? 'same' : 'news', hasRange: slots !== undefined }
}

function isNewer(seen: Seen, before: Observation): boolean {
  if (seen.term !== before.term) return seen.term > before.term
  return seen.sequence > before.sequence
}

/** What a decision could rest on: everything but times. */
function meaning({ level }: Observation): string {
  const { driver, executors, failures, activity, drainSeen } = level
  const isBusy = activity && !isQuiet(activity)
  return JSON.stringify([
    driver,
    [executors.total, executors.ready, executors.failed],
    failures.map(({ pod, reason }) => [pod, reason]),
    isBusy ?? null,
    activity?.sessionsRefused ?? 0,
    drainSeen ?? null,
  ])
}

/** Asks the custom resource itself, for a launch whose last snapshot may have been lost. */
export async function pullObservation(world: World, moment: Moment): Promise<void> {
  const { run, path, situation } = moment
  const made = namespaceOf(situation)
  const plan = run.value.is === 'active' || run.value.is === 'settled' ? run.value.plan : undefined
  if (!made || plan?.subject.kind !== 'cluster') return
  const { identity, endpoint } = plan.subject
  const ref = { ...SPARK_CLUSTER, namespace: made.namespace, name: made.name }
  const resource = await world.kubernetes(identity, endpoint).get(ref)
  const { sessions: _, ...status } = resource?.status ?? {}
  const seen = PodSnapshot.omit({ cluster: true }).safeParse({
    ...status,
    uid: resource?.metadata.uid,
  })
  if (!seen.success) return
  const traceparent = resource?.metadata.annotations?.[annotationKeys.traceparent]
  await inTrace(traceparent, 'pull', {}, () => observePods(world, path, seen.data))
}
