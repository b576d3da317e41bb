// GKE changes clusters on its own: upgrades, repairs, resizes of the control plane. While it does, callers are refused.
import type { Clock } from '../../../../shared/ports.ts'
import { CallError } from '../../../../shared/call-error.ts'
import type { Profile } from '../../profile.ts'
import { type FaultBoard, isMeant, oneOf } from '../faults/fault-board.ts'
import type { FaultValue } from '../faults/fault-catalog.ts'
import { maintenanceTypes } from '../faults/operation-faults.ts'
import type { ClusterRecord } from './cluster-record.ts'
import type { ContainerOperations } from './container-operations.ts'

interface MaintenanceOptions {
  readonly clock: Clock
  readonly profile: Profile
  readonly faults: Pick<FaultBoard, 'all' | 'onChange'>
  readonly operations: ContainerOperations
  readonly clusters: ReadonlyMap<string, ClusterRecord>
}

export interface Maintenance {
  /** Begins now. Throws `busy` like any other operation, `not-found` without the cluster. */
  begin(fault: FaultValue<'maintenance'>): string
  /** A cluster has this many nodes from now on. */
  grown(cluster: ClusterRecord, nodes: number): void
}

export function maintenance(options: MaintenanceOptions): Maintenance {
  const { clock, profile, faults, operations, clusters } = options
  /** The size of each control plane, in nodes that it is good for. */
  const sizes = new WeakMap<ClusterRecord, number>()
  let isWaiting = false

  function work(cluster: ClusterRecord, type: string, seconds: number): void {
    const { project, location, name, path } = cluster
    const target = { project, location, cluster: name, clusterPath: path }
    operations.requireFree(target)
    if (cluster.status !== 'RUNNING')
      throw new CallError('busy', `${path} is ${cluster.status}: GKE leaves it alone`)
    cluster.status = 'RECONCILING'
    operations.begin({
      type,
      target,
      durationMs: profile.scaled(seconds * 1000),
      effect: async () => {
        cluster.status = 'RUNNING'
        return undefined
      },
      ended: () => undefined,
    })
  }

  /** GKE waits for its turn too. */
  function tryWork(cluster: ClusterRecord, type: string, seconds: number): boolean {
    try {
      work(cluster, type, seconds)
      return true
    } catch (error) {
      if (error instanceof CallError) return false
      throw error
    }
  }

  const meant = (named: string | undefined): ClusterRecord[] =>
    [...clusters.values()].filter(({ path, name }) => isMeant(named, path, name))

  function now(): void {
    const [random] = faults.all('maintenance-at-random')
    for (const cluster of meant(random?.cluster)) {
      const type = maintenanceTypes[Math.floor(clock.random() * maintenanceTypes.length)]
      if (random && type) tryWork(cluster, type, random.seconds)
    }
  }

  function schedule(): void {
    const [random] = faults.all('maintenance-at-random')
    if (!random || isWaiting) return
    isWaiting = true
    clock.after(profile.scaled(random.every * 1000 * (0.5 + clock.random())), () => {
      isWaiting = false
      now()
      schedule()
    })
  }
  faults.onChange(schedule)

  return {
    begin({ cluster: named, type, seconds }) {
      const path = oneOf(named, [...clusters.values()])
      const cluster = clusters.get(path)
      if (cluster) work(cluster, type, seconds)
      return `${type} of ${path} for ${seconds} s of cloud time`
    },
    grown(cluster, nodes) {
      const resize = faults
        .all('control-plane-resize')
        .find((fault) => isMeant(fault.cluster, cluster.path, cluster.name))
      if (!resize) return
      const size = sizes.get(cluster) ?? resize.nodes
      if (nodes < size) return
      const larger = 2 ** Math.ceil(Math.log2((nodes + 1) / resize.nodes)) * resize.nodes
      if (tryWork(cluster, 'RESIZE_CLUSTER', resize.seconds)) sizes.set(cluster, larger)
    },
  }
}
