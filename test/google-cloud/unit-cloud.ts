// A simulated Google Cloud for unit tests: one project with a network, on a virtual clock, each cluster with an embedded
// Kubernetes whose objects the test may look at.
import type { GkeOperation, NodePool } from '../../shared/google-cloud.ts'
import type { KubernetesObject } from '../../shared/manifests/object.ts'
import { clusterOf, type ClusterNetwork, makeNetwork } from '../contract/google-cloud-world.ts'
import { virtualClock } from '../../infra/local/clock.ts'
import { type KubernetesEngine, kubernetesEngine } from '../../infra/local/kubernetes/engine.ts'
import { profile, type ProfileOptions } from '../../infra/local/profile.ts'
import type { LogEntry } from '../../infra/local/google-cloud/audit-log.ts'
import {
  googleCloudEngine,
  type GoogleCloudOptions,
} from '../../infra/local/google-cloud/google-cloud-engine.ts'

export const CALLER = {
  project: 'demo-unit',
  region: 'europe-west4',
  serviceAccount: 'kindling@demo-unit.iam.gserviceaccount.com',
}
export const CLUSTER = 'c'
export const CLUSTER_PATH = `projects/${CALLER.project}/locations/${CALLER.region}/clusters/${CLUSTER}`
export const ZONES = ['europe-west4-a', 'europe-west4-b', 'europe-west4-c'] as const

/** Real time, so that durations in tests read as the facts have them. */
const SPEED = 1
const HOUR = 3_600_000
/** No bookmarks, so that a quiet cluster has no timers at all. */
const NEVER = 1e12

export interface UnitCloudOptions extends Partial<GoogleCloudOptions> {
  readonly times?: Partial<ProfileOptions>
}

export async function unitCloud({ times, ...options }: UnitCloudOptions = {}) {
  const clock = virtualClock()
  const entries: LogEntry[] = []
  const clusters = new Map<string, KubernetesEngine>()
  const engine = googleCloudEngine({
    clock,
    profile: profile({ speed: SPEED, bootMs: 80_000, random: () => clock.random(), ...times }),
    auditLog: (entry) => entries.push(entry),
    startKubernetes: async ({ name }) => {
      const kubernetes = kubernetesEngine({ clock, bookmarkMs: NEVER })
      clusters.set(name, kubernetes)
      return {
        endpoint: `${name}.gke.goog`,
        kubernetes: kubernetes.face('system:admin'),
        stop: async () => kubernetes.stop(),
      }
    },
    ...options,
  })
  const { gke, network } = engine.face(CALLER)

  /** Waits for an operation to end, in virtual time. */
  async function ended({ name }: GkeOperation): Promise<GkeOperation> {
    let last: GkeOperation | undefined
    await clock.until(
      `operation ${name}`,
      async () => (last = await gke.getOperation(name))?.status === 'DONE',
      HOUR,
    )
    if (!last) throw new Error(`no operation ${name}`)
    return last
  }

  function kubernetesOf(cluster: string): KubernetesEngine {
    const kubernetes = clusters.get(cluster)
    if (!kubernetes) throw new Error(`${cluster} has no Kubernetes`)
    return kubernetes
  }

  const world = {
    gke,
    network,
    ...CALLER,
    wait: () => clock.advance(1000),
    close: () => engine.stop(),
  }

  return {
    clock,
    engine,
    gke,
    network,
    entries,
    ended,
    makeNetwork: (): Promise<ClusterNetwork> => makeNetwork(world),
    kubernetesOf,
    /** The Kubernetes of a cluster, if it has one. */
    started: (cluster: string) => clusters.get(cluster),
    /** A running cluster with these pools beside its system pool. */
    async makeCluster(...pools: readonly NodePool[]): Promise<KubernetesEngine> {
      const request = clusterOf(CLUSTER, await makeNetwork(world), ZONES, CALLER.project)
      await ended(await gke.createCluster(request))
      for (const pool of pools) await ended(await gke.createNodePool(CLUSTER, pool))
      return kubernetesOf(CLUSTER)
    },
  }
}

/** The nodes of a pool, as they stand in the store. */
export function nodesOf(kubernetes: KubernetesEngine, pool: string): readonly KubernetesObject[] {
  return kubernetes
    .snapshot('v1', 'Node')
    .filter(({ metadata }) => metadata.labels?.['cloud.google.com/gke-nodepool'] === pool)
}

export function isNodeReady({ status }: KubernetesObject): boolean {
  const conditions = (status?.['conditions'] ?? []) as { type?: string; status?: string }[]
  return conditions.some((each) => each.type === 'Ready' && each.status === 'True')
}
