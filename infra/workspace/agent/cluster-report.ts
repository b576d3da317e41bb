// Tells of one cluster's level: writes it into the custom resource's status, where the sweep can pull it, and publishes
// it. Says it when its meaning changes, at its pace; what cannot be said is tried again, and then only the newest is.
import type { PodSnapshot } from '../../../events/pod-snapshot.ts'
import { backOff, seconds, type Instant } from '../../../shared/domain/time.ts'
import type { Serves } from '../../../shared/domain/meter.ts'
import type { Clock, Kubernetes } from '../../../shared/ports.ts'
import { activityWatch } from './activity-watch.ts'
import { alarm } from './alarm.ts'
import type { ClusterFact } from './cluster-fact.ts'
import {
  hasStuck,
  isLaunching,
  levelOf,
  meaningOf,
  type Activity,
  type Meaning,
  type Sight,
} from './level.ts'
import { pace } from './pace.ts'
import type { PodGroup } from './pod-group.ts'
import { statusWriter } from './status-writer.ts'
import { within } from './within.ts'

/** `traceparent`: of the work that the cluster is as it is by. */
export type Publish = (event: PodSnapshot, traceparent: string | undefined) => Promise<void>

export interface ClusterReport {
  fact(): ClusterFact
  /** The custom resource is this now. */
  update(fact: ClusterFact): void
  /** Its pods may have changed. */
  changed(): void
  /** Time has passed: looks for what becomes worth a word with time alone. */
  tick(): void
  /** Says the level again although nothing changed. */
  heartbeat(): void
  lastSentAt(): Instant
  /** The nodes that its pods stand on. */
  serving(): readonly (readonly [node: string, serves: Serves])[]
  /** Resolves when nothing is being said any more. */
  stop(): Promise<void>
}

export interface ClusterReportOptions {
  readonly kubernetes: Kubernetes
  readonly clock: Clock
  readonly publish: Publish
  readonly pods: () => PodGroup
  readonly nodeReadyAt: (node: string) => Instant | undefined
  /** The order of the next report; undefined while nothing may be said. */
  readonly stamp: () => Pick<PodSnapshot, 'term' | 'sequence'> | undefined
  readonly activity?: (namespace: string) => Promise<Activity | undefined>
  readonly log: (message: string, error: unknown) => void
}

const RETRY = { first: 250, longest: seconds(30) }
const CALL_WITHIN = seconds(10)
/** How soon to look whether something may be said again. */
const MUTE = seconds(1)

type Kind = 'point' | 'progress' | 'heartbeat'

export function clusterReport(first: ClusterFact, options: ClusterReportOptions): ClusterReport {
  const { clock, kubernetes, publish, log } = options
  const rhythm = pace(clock.now())
  const next = alarm(clock, () => ring())
  const { activity } = options
  const work = activityWatch({
    clock,
    drain: () => fact.drain,
    canAsk: () => activity !== undefined && options.pods().driver() === 'ready',
    ask: async () => activity?.(fact.namespace),
    answered: () => changed(),
  })
  let fact = first
  const status = statusWriter(kubernetes, first)
  let said: Meaning | undefined
  let sending: Promise<void> | undefined
  let tries = 0
  let notBefore = 0
  let sentAt = clock.now()
  let stuck = false
  let stopped = false

  const sight = (): Sight => ({
    pods: options.pods(),
    wanted: fact.wanted,
    scale: fact.scale,
    sessions: fact.sessions,
    stuck,
    ...work.latest(),
  })

  /** What there is to say, if anything. */
  function news(): Kind | undefined {
    const meaning = meaningOf(sight())
    if (meaning.point !== said?.point) return 'point'
    return meaning.progress === said.progress ? undefined : 'progress'
  }

  function changed(): void {
    work.changed()
    const kind = sending || stopped ? undefined : news()
    if (kind === undefined || kind === 'heartbeat') return
    next.set(rhythm.due(kind, isLaunching(sight()), clock.now()))
  }

  function ring(): void {
    if (clock.now() < notBefore) return next.set(notBefore)
    const kind = news()
    if (kind) speak(kind)
  }

  function speak(kind: Kind): void {
    if (sending || stopped) return
    const stamp = options.stamp()
    if (!stamp) {
      notBefore = clock.now() + MUTE
      if (kind !== 'heartbeat') next.set(notBefore)
      return
    }
    sending = send(kind, stamp).finally(() => {
      sending = undefined
      changed()
    })
  }

  async function send(kind: Kind, stamp: Pick<PodSnapshot, 'term' | 'sequence'>): Promise<void> {
    const now = clock.now()
    const meaning = meaningOf(sight())
    const level = levelOf(sight(), now, options.nodeReadyAt)
    const { cluster, uid, traceparent } = fact
    const snapshot = { cluster, uid, ...stamp, observedAt: now, level }
    const calls = [status.write(snapshot), publish(snapshot, traceparent)]
    const ends = await Promise.allSettled(
      calls.map((call) => within(clock, CALL_WITHIN, `the report of ${cluster}`, call)),
    )
    const failure = ends.find((end) => end.status === 'rejected')
    if (failure) {
      log(`the report of ${cluster} failed`, failure.reason)
      const longest = backOff(tries++, RETRY.first, RETRY.longest)
      notBefore = clock.now() + longest * (0.5 + clock.random() / 2)
      return
    }
    tries = 0
    notBefore = 0
    said = meaning
    sentAt = now
    rhythm.sent(kind, now)
  }

  changed()
  return {
    fact: () => fact,
    update(newest) {
      fact = newest
      status.seen(newest)
      changed()
    },
    changed,
    tick() {
      stuck = hasStuck(options.pods(), clock.now())
      changed()
    },
    heartbeat: () => speak('heartbeat'),
    lastSentAt: () => sentAt,
    serving() {
      const { activity: busy } = work.latest()
      const idle = busy !== undefined && busy.runningJobs === 0 && busy.openSessions === 0
      const serves = { cluster: fact.cluster, idle }
      return [...options.pods().facts()].flatMap(({ node }) => (node ? [[node, serves]] : []))
    },
    async stop() {
      stopped = true
      next.stop()
      work.stop()
      await sending
    },
  }
}
