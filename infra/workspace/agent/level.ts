// The level of one cluster (events/pod-snapshot.ts) from its pods, and which of its changes mean something. Pure.
import type { PodLevel } from '../../../events/pod-snapshot.ts'
import { isQuiet } from '../../../shared/domain/quiet.ts'
import { minutes, type Instant } from '../../../shared/domain/time.ts'
import type { ClusterFact } from './cluster-fact.ts'
import { executorsFor, loadOf } from '../../../shared/domain/autoscale.ts'
import { coursesOf } from './pod-courses.ts'
import type { PodFact } from './pod-fact.ts'
import type { PodGroup } from './pod-group.ts'

export type Activity = NonNullable<PodLevel['activity']>

export interface Sight {
  readonly pods: PodGroup
  /** Executors that the custom resource wants. */
  readonly wanted: number
  /** Some pod has had no node for long, as `hasStuck` found when it last looked. */
  readonly stuck: boolean
  readonly activity: Activity | undefined
  readonly drainSeen: string | undefined
  /** Of a cluster whose size follows the load. */
  readonly scale?: ClusterFact['scale']
  readonly sessions?: ClusterFact['sessions']
}

/** Waiting for a node is the normal course of a launch; only after this is it worth a word. */
const LONG_UNSCHEDULABLE = minutes(5)
const FAILURES_MAX = 5
const REASON_MAX = 128
const MESSAGE_MAX = 512

/** One pass over the pods. `nodeReadyAt` knows when a node by name became Ready. */
export function levelOf(
  sight: Sight,
  now: Instant,
  nodeReadyAt: (node: string) => Instant | undefined,
): PodLevel {
  const { pods, activity, drainSeen, sessions } = sight
  const facts = [...pods.facts()]
  return {
    driver: pods.driver(),
    ...(pods.driverLife() === undefined ? {} : { driverLife: pods.driverLife() }),
    executors: pods.executors(),
    failures: newestFailures(facts, now),
    ...(activity === undefined ? {} : { activity: { ...activity, ...countsOf(sessions) } }),
    phases: phasesOf(facts, nodeReadyAt),
    ...(isLaunching(sight) ? {} : { courses: coursesOf(facts, nodeReadyAt) }),
    ...(drainSeen === undefined ? {} : { drainSeen }),
  }
}

/** Of sessions, as an activity says them. */
export function countsOf(sessions: Sight['sessions']): Partial<Activity> {
  return {
    ...(sessions?.admitted ? { sessionsAdmitted: sessions.admitted } : {}),
    ...(sessions?.refused ? { sessionsRefused: sessions.refused } : {}),
  }
}

function newestFailures(facts: readonly PodFact[], now: Instant): PodLevel['failures'] {
  const failing = facts
    .flatMap((fact) => {
      const failure = fact.state === 'leaving' ? undefined : (fact.failure ?? stuck(fact, now))
      return failure ? [{ pod: fact.name, role: fact.role, ...failure }] : []
    })
    .sort((one, other) => other.at - one.at || (one.pod < other.pod ? -1 : 1))
  // A thousand executors must not crowd out the one pod that nothing goes without.
  const driver = failing.findIndex(({ role }) => role === 'driver')
  if (driver >= FAILURES_MAX) failing.splice(FAILURES_MAX - 1, 0, ...failing.splice(driver, 1))
  return failing.slice(0, FAILURES_MAX).map(({ pod, reason, message, at, restarts }) => ({
    pod,
    reason: reason.slice(0, REASON_MAX),
    message: message.slice(0, MESSAGE_MAX),
    at,
    ...(restarts === undefined ? {} : { restarts }),
  }))
}

function stuck({ state, unschedulable }: PodFact, now: Instant): PodFact['failure'] {
  if (state !== 'pending' || !unschedulable) return undefined
  if (now - unschedulable.since < LONG_UNSCHEDULABLE) return undefined
  return { reason: 'Unschedulable', message: unschedulable.message, at: unschedulable.since }
}

/** Whether a pod has waited for a node for so long that it is worth a word. One pass over the pods. */
export function hasStuck(pods: PodGroup, now: Instant): boolean {
  for (const fact of pods.facts()) if (stuck(fact, now)) return true
  return false
}

function phasesOf(
  facts: readonly PodFact[],
  nodeReadyAt: (node: string) => Instant | undefined,
): PodLevel['phases'] {
  const phases: PodLevel['phases'] = {}
  type Phase = keyof PodLevel['phases']
  const keep = (phase: Phase, at: Instant | undefined, pick: typeof Math.max): void => {
    if (at !== undefined) phases[phase] = pick(phases[phase] ?? at, at)
  }
  for (const fact of facts) {
    keep('firstPodCreatedAt', fact.createdAt, Math.min)
    keep('lastPodCreatedAt', fact.createdAt, Math.max)
    keep('lastNodeReadyAt', fact.node === undefined ? undefined : nodeReadyAt(fact.node), Math.max)
    keep('lastPodScheduledAt', fact.scheduledAt, Math.max)
    keep('lastImagePulledAt', fact.startedAt, Math.max)
    keep('lastPodReadyAt', fact.readyAt, Math.max)
  }
  return phases
}

/** What a level means to those who wait for it. Costs the same for any number of pods. */
export interface Meaning {
  /** A turning point: said as soon as may be. */
  readonly point: string
  /** How far it has come: said now and then. */
  readonly progress: string
}

export function meaningOf(sight: Sight): Meaning {
  const { pods, wanted, activity, drainSeen, sessions } = sight
  const { total, ready, failed } = pods.executors()
  const work = activity === undefined ? 'unknown' : isQuiet(activity) ? 'idle' : 'busy'
  const isWhole = ready >= wanted
  const failing = [pods.reasons(), sight.stuck]
  const point = [
    pods.driver(),
    pods.driverLife() ?? null,
    isWhole,
    total === 0,
    failing,
    work,
    drainSeen ?? null,
    enoughFor(sight),
    sessions?.refused ?? 0,
    // The driver tells of those that are open; one that was admitted and is not open yet keeps an idle cluster.
    work === 'idle' ? (sessions?.admitted ?? 0) : null,
  ]
  return { point: JSON.stringify(point), progress: JSON.stringify([total, ready, failed]) }
}

/** Executors that the load asks for: another number of them is worth a word, each task that begins or ends is not. */
function enoughFor({ scale, activity }: Sight): number | null {
  const load = loadOf(activity)
  return scale && load ? executorsFor(load, scale.slots, scale.range) : null
}

/** Whether the cluster has not all that it wants yet. */
export function isLaunching({ pods, wanted }: Sight): boolean {
  return pods.driver() !== 'ready' || pods.executors().ready < wanted
}
