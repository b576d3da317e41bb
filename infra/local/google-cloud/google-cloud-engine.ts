// The simulated Google Cloud of the local stack: container API, Compute networks, audit log, autoscaler and machines. One
// engine for every project in it; callers reach it through the ports of one workspace, tests also through its knobs.
import type { Clock } from '../../../shared/ports.ts'
import { machineType } from '../../../shared/catalog/machine-types.ts'
import type { Gke, Network } from '../../../shared/google-ports.ts'
import { stoppableClock } from '../kubernetes/timers.ts'
import type { Profile } from '../profile.ts'
import { access, type Caller } from './access.ts'
import { auditLog, type LogEntry } from './audit-log.ts'
import { computeApi } from './compute/compute-api.ts'
import { networkPath, subnetworkPath } from './compute/resource-paths.ts'
import { clusterAddresses } from './container/cluster-addresses.ts'
import type { ClusterRecord } from './container/cluster-record.ts'
import type { StartedKubernetes } from './container/cluster-runtime.ts'
import { clusterWork, type NewCluster } from './container/cluster-work.ts'
import { containerApi } from './container/container-api.ts'
import { containerOperations } from './container/container-operations.ts'
import { maintenance } from './container/maintenance.ts'
import { type FaultBoard, faultBoard, isMeant } from './faults/fault-board.ts'
import { takeMachines } from './machine-faults.ts'
import { type Quotas, quotas } from './quotas.ts'
import { supply } from './supply.ts'
import { unreliableFaces } from './unreliable-faces.ts'

export interface GoogleCloudOptions {
  readonly clock: Clock
  readonly profile: Profile
  /** Where the log sink delivers: ends of operations, refusals, decisions of the autoscaler. Late, and not always. */
  readonly auditLog: (entry: LogEntry) => void
  /** Brings up the API server of a cluster that has been created. */
  readonly startKubernetes: (cluster: NewCluster) => Promise<StartedKubernetes>
  /** Only service accounts that were granted a project may act in it. */
  readonly isClosed?: boolean
}

export interface GoogleCloudEngine {
  face(caller: Caller): { readonly gke: Gke; readonly network: Network }
  /** What goes wrong; set and cleared at will while it runs. `infra/local/google-cloud/faults/` has them all. */
  readonly faults: FaultBoard
  /** What each project uses of its quotas. */
  readonly quotas: Pick<Quotas, 'read'>
  grantProject(project: string, serviceAccount: string): void
  revokeProject(project: string, serviceAccount: string): void
  /** Everything that exists, even in part: networks, clusters, pools, machines. Empty = the world is empty. */
  list(): string[]
  /** Ends timers, machines and every cluster's Kubernetes. */
  stop(): Promise<void>
}

export function googleCloudEngine(options: GoogleCloudOptions): GoogleCloudEngine {
  const { profile, startKubernetes, isClosed = false } = options
  const clock = stoppableClock(options.clock)
  const clusters = new Map<string, ClusterRecord>()
  const faults = faultBoard(clock, {
    maintenance: async (fault) => care.begin(fault),
    preempt: (fault) => takeMachines('preempt', fault, clusters),
    'lose-node': (fault) => takeMachines('lose', fault, clusters),
  })
  const quota = quotas(faults)
  const grants = access({ clock, profile, faults, closed: isClosed })
  const audit = auditLog({ clock, profile, faults, sink: options.auditLog })
  const operations = containerOperations(clock, profile, faults)
  const care = maintenance({ clock, profile, faults, operations, clusters })
  const compute = computeApi({
    clock,
    profile,
    access: grants,
    faults,
    clusterIn: (path) => [...clusters.values()].find((cluster) => standsIn(cluster, path))?.path,
    quotas: quota,
    isOffered: (zone, type) =>
      machineType(type) !== undefined &&
      !faults
        .all('not-offered')
        .some((fault) => isMeant(fault.zone, zone) && isMeant(fault.machineType, type)),
  })
  const work = clusterWork({
    clock,
    profile,
    supply: supply(faults, quota),
    faults,
    addresses: clusterAddresses({ compute, faults }),
    grown: (cluster, nodes) => care.grown(cluster, nodes),
    deliver: (entry) => audit.deliver(entry),
    startKubernetes,
    forget: ({ path }) => void clusters.delete(path),
  })
  const gkeFor = containerApi({
    clock,
    access: grants,
    faults,
    audit,
    operations,
    work,
    compute,
    clusters,
  })

  return {
    face: (caller) =>
      unreliableFaces({ gke: gkeFor(caller), network: compute.face(caller) }, caller, faults),
    faults,
    quotas: quota,
    grantProject: (project, account) => grants.grant(project, account),
    revokeProject: (project, account) => grants.revoke(project, account),
    list: () => [...compute.list(), ...[...clusters.values()].flatMap(pathsOf)],
    async stop() {
      await Promise.all(Array.from(clusters.values(), async ({ runtime }) => runtime?.stop()))
      clock.stop()
    },
  }
}

/** Of the cluster, its pools and its machines. */
function pathsOf({ path, project, pools, runtime }: ClusterRecord): string[] {
  const machines = runtime?.fleet.machines() ?? []
  return [
    path,
    ...Array.from(pools.values(), (pool) => pool.path),
    ...machines.map(
      ({ name, template }) => `projects/${project}/zones/${template.zone}/instances/${name}`,
    ),
  ]
}

/** Whether a cluster's network or subnetwork is the one at this path. */
function standsIn({ project, location, spec }: ClusterRecord, path: string): boolean {
  const { network, subnetwork } = spec
  return (
    (network !== undefined && networkPath(project, network) === path) ||
    (subnetwork !== undefined && subnetworkPath(project, location, subnetwork) === path)
  )
}
