// What runs in a GKE cluster once it is there: its Kubernetes, its machines, its autoscaler.
import type { Resources } from '../../../../shared/domain/sizing.ts'
import type { NodePool } from '../../../../shared/google-cloud.ts'
import type { KubernetesObject } from '../../../../shared/manifests/object.ts'
import type { Clock, Kubernetes } from '../../../../shared/ports.ts'
import { autoscaler } from '../autoscaler/autoscaler.ts'
import type { ScaledPool } from '../autoscaler/scaled-pool.ts'
import type { LogEntry } from '../audit-log.ts'
import type { Profile } from '../../profile.ts'
import { type Machine, nodeFleet, type NodeFleet } from '../nodes/node-fleet.ts'
import { dnsScaling } from '../nodes/gke-workloads.ts'
import { nodeTemplate } from '../nodes/node-template.ts'
import { objectCache } from '../nodes/object-cache.ts'
import { podSpec } from '../nodes/pod-view.ts'
import { type FaultBoard, isMeant } from '../faults/fault-board.ts'
import type { Supply } from '../supply.ts'
import { type Victims, victimsAmong } from '../nodes/victims.ts'
import { visibilityLog } from '../visibility-log.ts'

/** A Kubernetes API that has been started for a cluster. */
export interface StartedKubernetes {
  readonly endpoint: string
  /** As an administrator. */
  readonly kubernetes: Kubernetes
  /** Somebody else's cluster: what GKE runs in each of its own is not put there. */
  readonly isForeign?: boolean | undefined
  stop(): Promise<void>
}

export interface ClusterRuntime {
  readonly endpoint: string
  readonly fleet: NodeFleet
  /** The machines that a fault means. */
  victims(fault: Victims): readonly Machine[]
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
  readonly clock: Clock
  readonly profile: Profile
  readonly supply: Supply
  readonly faults: Pick<FaultBoard, 'all' | 'strike'>
  /** How many more nodes with so many pods the cluster has addresses for. */
  readonly addresses: (machines: readonly Machine[], podsPerNode: number) => number
  readonly grown: (nodes: number) => void
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
  const { clock, profile, supply, faults, deliver, cluster, started, pools } = options
  const { kubernetes } = started
  const poke = (): void => scaler.poke()
  const cacheOf = (kind: string, changed = poke) =>
    objectCache({
      kubernetes,
      kind: { apiVersion: 'v1', kind },
      clock,
      retryMs: profile.scaled(1000),
      changed,
    })
  const pods = cacheOf('Pod')
  const scaleDns = started.isForeign ? () => undefined : dnsScaling(kubernetes)
  const nodes = cacheOf('Node', () => {
    scaleDns(nodes.size())
    poke()
  })
  const podsOn = (node: string): KubernetesObject[] =>
    [...pods.values()].filter((pod) => podSpec(pod).nodeName === node)
  const fleet = nodeFleet({
    clock,
    profile,
    kubernetes,
    hasWorkloads: !started.isForeign,
    supply,
    faults,
    cluster,
    podsOn,
    changed: () => poke(),
    gaveUp: (template) => scaler.gaveUp(template),
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
    taker: ({ podsPerNode }) => ({
      ...cluster,
      addresses: () => options.addresses(fleet.machines(), podsPerNode),
    }),
    kubernetes,
    supply,
    fleet,
    pods,
    nodes,
    log,
    taken: () => takenBeyondUsual(faults, cluster),
    grown: () => options.grown(fleet.machines().length),
    pools,
  })
  return {
    endpoint: started.endpoint,
    fleet,
    poke,
    victims: (fault) => victimsAmong(fleet.machines(), pods.values(), fault),
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

function takenBeyondUsual(
  faults: Pick<FaultBoard, 'all'>,
  { path, name }: RuntimeOptions['cluster'],
): Resources {
  const meant = faults.all('larger-agents').filter((fault) => isMeant(fault.cluster, path, name))
  return {
    cpuMilli: meant.reduce((sum, fault) => sum + fault.cpuMilli, 0),
    memoryMib: meant.reduce((sum, fault) => sum + fault.memoryMib, 0),
  }
}
