// What runs in a GKE cluster once it is there: its Kubernetes, its machines, its autoscaler.
import type { NodePool } from '../../../../shared/google-cloud.ts'
import type { KubernetesObject } from '../../../../shared/manifests/object.ts'
import type { Kubernetes } from '../../../../shared/ports.ts'
import { autoscaler } from '../autoscaler/autoscaler.ts'
import type { ScaledPool } from '../autoscaler/scaled-pool.ts'
import type { LogEntry } from '../audit-log.ts'
import type { EngineClock } from '../../clock.ts'
import type { Profile } from '../../profile.ts'
import { nodeFleet, type NodeFleet } from '../nodes/node-fleet.ts'
import { nodeTemplate } from '../nodes/node-template.ts'
import { objectCache } from '../nodes/object-cache.ts'
import { podSpec } from '../nodes/pod-view.ts'
import type { Supply } from '../supply.ts'
import { visibilityLog } from '../visibility-log.ts'

/** A Kubernetes API that has been started for a cluster. */
export interface StartedKubernetes {
  readonly endpoint: string
  /** As an administrator. */
  readonly kubernetes: Kubernetes
  stop(): Promise<void>
}

export interface ClusterRuntime {
  readonly endpoint: string
  readonly fleet: NodeFleet
  /** Pools have come, gone or changed. */
  poke(): void
  /** Boots `count` nodes in each zone at once, as pools with initial nodes do. */
  addNodes(
    pool: NodePool,
    zones: readonly string[],
    count: number,
    bootMs: () => number,
  ): Promise<void>
  removePool(pool: string): Promise<void>
  stop(): Promise<void>
}

export interface RuntimeOptions {
  readonly clock: EngineClock
  readonly profile: Profile
  readonly supply: Supply
  readonly deliver: (entry: LogEntry) => void
  readonly cluster: {
    readonly project: string
    readonly location: string
    readonly name: string
    readonly path: string
  }
  readonly started: StartedKubernetes
  readonly pools: () => readonly ScaledPool[]
}

export function clusterRuntime(options: RuntimeOptions): ClusterRuntime {
  const { clock, profile, supply, deliver, cluster, started, pools } = options
  const { kubernetes } = started
  const poke = (): void => scaler.poke()
  const cacheOf = (kind: string) =>
    objectCache({
      kubernetes,
      kind: { apiVersion: 'v1', kind },
      clock,
      retryMs: profile.scaled(1000),
      changed: () => poke(),
    })
  const pods = cacheOf('Pod')
  const nodes = cacheOf('Node')
  const podsOn = (node: string): KubernetesObject[] =>
    [...pods.values()].filter((pod) => podSpec(pod).nodeName === node)
  const fleet = nodeFleet({
    clock,
    profile,
    kubernetes,
    supply,
    cluster,
    podsOn,
    changed: () => poke(),
  })
  const log = visibilityLog({
    clock,
    cluster,
    deliver,
    instanceGroup: (pool, zone) => fleet.instanceGroup(pool, zone),
  })
  const scaler = autoscaler({
    clock,
    profile,
    project: cluster.project,
    kubernetes,
    supply,
    fleet,
    pods,
    nodes,
    log,
    pools,
  })
  return {
    endpoint: started.endpoint,
    fleet,
    poke,
    async addNodes(pool, zones, count, bootMs) {
      await Promise.all(zones.map((zone) => fleet.launch(nodeTemplate(pool, zone), count, bootMs)))
    },
    removePool: (pool) =>
      fleet.remove(
        fleet
          .machines()
          .filter(({ template }) => template.pool === pool)
          .map(({ name }) => name),
      ),
    async stop() {
      scaler.stop()
      pods.stop()
      nodes.stop()
      fleet.stop()
      await started.stop()
    },
  }
}
