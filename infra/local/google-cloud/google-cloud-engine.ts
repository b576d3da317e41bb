// The simulated Google Cloud of the local stack: container API, Compute networks, audit log, autoscaler and machines. One
// engine for every project in it; callers reach it through the ports of one workspace, tests also through its knobs.
import type { Gke, Network } from '../../../shared/ports.ts'
import type { EngineClock } from '../clock.ts'
import { stoppableClock } from '../kubernetes/timers.ts'
import type { Profile } from '../profile.ts'
import { access, type Caller } from './access.ts'
import { type AuditFaults, auditLog, type LogEntry } from './audit-log.ts'
import { computeApi } from './compute/compute-api.ts'
import { networkPath, subnetworkPath } from './compute/resource-paths.ts'
import type { ClusterRecord } from './container/cluster-record.ts'
import type { StartedKubernetes } from './container/cluster-runtime.ts'
import { clusterWork, type NewCluster } from './container/cluster-work.ts'
import { containerApi } from './container/container-api.ts'
import { type ConcurrencyLimits, containerOperations } from './container/container-operations.ts'
import { maintenance } from './container/maintenance.ts'
import { type AnswerFaults, losingAnswers } from './lost-answers.ts'
import { type Supply, supply } from './supply.ts'

export interface GoogleCloudOptions {
  readonly clock: EngineClock
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
  /** Chances of faults; set them at will. */
  readonly faults: { readonly audit: AuditFaults; readonly answers: AnswerFaults }
  readonly limits: ConcurrencyLimits
  readonly supply: Pick<Supply, 'stockOut' | 'restock' | 'setQuota'>
  grantProject(project: string, serviceAccount: string): void
  revokeProject(project: string, serviceAccount: string): void
  /** GKE works on the cluster by itself for a while (UPGRADE_NODES, REPAIR_CLUSTER ...). Throws `busy` like any other. */
  beginMaintenance(cluster: string, type: string, cloudMs: number): void
  /** Takes one machine away, as a spot reclaim does. Throws `not-found`. */
  preempt(cluster: string, node: string): Promise<void>
  /** Everything that exists, even in part: networks, clusters, pools, machines. Empty = the world is empty. */
  list(): string[]
  /** Ends timers, machines and every cluster's Kubernetes. */
  stop(): Promise<void>
}

export function googleCloudEngine(options: GoogleCloudOptions): GoogleCloudEngine {
  const { profile, startKubernetes, isClosed = false } = options
  const clock = stoppableClock(options.clock)
  const faults = {
    audit: { drop: 0, duplicate: 0, missingLast: 0, extraDelayMs: 0 },
    answers: { lost: 0 },
  }
  const limits: ConcurrencyLimits = { concurrency: 'per-pool', operationQuota: 5 }
  const clusters = new Map<string, ClusterRecord>()
  const grants = access({ clock, profile, closed: isClosed })
  const stock = supply()
  const audit = auditLog({ clock, profile, faults: faults.audit, sink: options.auditLog })
  const operations = containerOperations(clock, profile, limits)
  const compute = computeApi({
    clock,
    profile,
    access: grants,
    clusterIn: (path) => [...clusters.values()].find((cluster) => standsIn(cluster, path))?.path,
  })
  const work = clusterWork({
    clock,
    profile,
    supply: stock,
    deliver: (entry) => audit.deliver(entry),
    startKubernetes,
    forget: ({ path }) => void clusters.delete(path),
  })
  const gkeFor = containerApi({ clock, access: grants, audit, operations, work, compute, clusters })

  return {
    face: (caller) =>
      losingAnswers({ gke: gkeFor(caller), network: compute.face(caller) }, faults.answers, () =>
        clock.random(),
      ),
    faults,
    limits,
    supply: stock,
    grantProject: (project, account) => grants.grant(project, account),
    revokeProject: (project, account) => grants.revoke(project, account),
    beginMaintenance: maintenance({ profile, operations, clusters }),
    async preempt(cluster, node) {
      await clusters.get(cluster)?.runtime?.fleet.preempt(node)
    },
    list: () => [
      ...compute.list(),
      ...[...clusters.values()].flatMap((cluster) => [
        cluster.path,
        ...Array.from(cluster.pools.values(), ({ path }) => path),
        ...(cluster.runtime?.fleet.machines() ?? []).map(
          ({ name, template }) =>
            `projects/${cluster.project}/zones/${template.zone}/instances/${name}`,
        ),
      ]),
    ],
    async stop() {
      await Promise.all(Array.from(clusters.values(), async ({ runtime }) => runtime?.stop()))
      clock.stop()
    },
  }
}

/** Whether a cluster's network or subnetwork is the one at this path. */
function standsIn({ project, location, spec }: ClusterRecord, path: string): boolean {
  const { network, subnetwork } = spec
  return (
    (network !== undefined && networkPath(project, network) === path) ||
    (subnetwork !== undefined && subnetworkPath(project, location, subnetwork) === path)
  )
}
