// A workspace that runs on the emulators, and launches in it that are measured: what benches of launches stand on.
import { launchTimeline } from '../../infra/cli/launch-timeline.ts'
import { readEntity } from '../../infra/cli/stored-entity.ts'
import type { ProfileOptions } from '../../infra/local/profile.ts'
import type { KubernetesChoice } from '../../infra/local/stack/kubernetes-choice.ts'
import { countsSince, type Counts } from '../../shared/runtime/counts.ts'
import { criticalPath, ownTime } from '../../shared/domain/timeline.ts'
import type { PodLevel } from '../../events/pod-snapshot.ts'
import { event, WORKSPACE } from '../loop/fixture.ts'
import { openWireSite, type WireSite } from '../stack/wire-site.ts'

export interface Wanted {
  readonly cluster: string
  readonly executors: number
  /** Of the executors; the driver has another. */
  readonly machineType: string
}

export interface Launched {
  readonly executors: number
  /** From the publishing of the request until RUNNING. */
  readonly totalMs: number
  readonly ownMs: number
  /** From the publishing of the request until the last pod was created. */
  readonly podsCreatedMs: number
  readonly phases: PodLevel['phases']
  /** Of everything that the functions did meanwhile. */
  readonly counts: Counts
}

export interface LaunchBed {
  readonly site: WireSite
  /** Launches, waits until it runs, and measures. */
  launch(wanted: Wanted): Promise<Launched>
  /** Asks for the cluster's end, and waits for it. Its machines go later, as empty ones do. */
  terminate(cluster: string): Promise<void>
  stop(): Promise<void>
}

export const DRIVER = 'n2-standard-4'
const LIMIT_MS = 10 * 60_000

export interface BedOptions extends Omit<ProfileOptions, 'random'> {
  readonly kubernetes: KubernetesChoice | undefined
}

/** `shapes`: machine types whose pools are there beforehand, so that no launch waits for one. */
export async function openLaunchBed(
  { kubernetes, ...cloud }: BedOptions,
  shapes: readonly string[],
): Promise<LaunchBed> {
  const site = await openWireSite({
    cloud: { ...cloud, seed: 1 },
    ...(kubernetes && { kubernetes }),
  })
  const { stack, clock } = site
  let asked = 0
  const listed = [DRIVER, ...shapes].map((machineType) => ({ machineType }))
  await stack.publish(
    'workspace-requested',
    event('workspace-requested', 'bench', { shapes: listed }),
  )
  await site.reach(WORKSPACE, 'RUNNING', LIMIT_MS)
  await site.settled(LIMIT_MS)

  async function measured(
    { cluster, executors }: Wanted,
    requestedAt: number,
    counts: Counts,
  ): Promise<Launched> {
    const stored = await readEntity(stack.reader, `${WORKSPACE}/clusters/${cluster}`)
    if (stored?.entity.state !== 'RUNNING' || !stored.observation)
      throw new Error(`${cluster} does not run`)
    const { phases, span } = launchTimeline(stored, clock.now(), requestedAt)
    const { phases: seen } = stored.observation.level
    return {
      executors,
      totalMs: span.endedAt - span.startedAt,
      ownMs: ownTime(criticalPath(phases, span)),
      podsCreatedMs: (seen.lastPodCreatedAt ?? Number.NaN) - requestedAt,
      phases: seen,
      counts,
    }
  }

  return {
    site,
    async launch(wanted) {
      const { cluster, executors: count, machineType } = wanted
      const before = await stack.counts()
      const data = { cluster, driver: { machineType: DRIVER }, executors: { count, machineType } }
      const requestedAt = clock.now()
      await stack.publish('cluster-requested', event('cluster-requested', `b-${++asked}`, data))
      await site.reach(`${WORKSPACE}/clusters/${cluster}`, 'RUNNING', LIMIT_MS)
      return measured(wanted, requestedAt, countsSince(before, await stack.counts()))
    },
    async terminate(cluster) {
      const data = { cluster, change: { action: 'terminate' } }
      const wanted = event('cluster-change-requested', `b-${++asked}`, data)
      await stack.publish('cluster-change-requested', wanted)
      await site.reach(`${WORKSPACE}/clusters/${cluster}`, 'TERMINATED', LIMIT_MS)
    },
    stop: () => site.stop(),
  }
}
