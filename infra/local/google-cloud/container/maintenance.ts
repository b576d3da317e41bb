// GKE changes clusters on its own: upgrades, repairs, resizes of the control plane. While it does, callers are refused.
import { CallError } from '../../../../shared/call-error.ts'
import type { Profile } from '../../profile.ts'
import type { ClusterRecord } from './cluster-record.ts'
import type { ContainerOperations } from './container-operations.ts'

interface MaintenanceOptions {
  readonly profile: Profile
  readonly operations: ContainerOperations
  readonly clusters: ReadonlyMap<string, ClusterRecord>
}

export function maintenance({ profile, operations, clusters }: MaintenanceOptions) {
  return (path: string, type: string, cloudMs: number): void => {
    const cluster = clusters.get(path)
    if (!cluster) throw new CallError('not-found', `no cluster ${path} to maintain`)
    const { project, location, name } = cluster
    const target = { project, location, cluster: name, clusterPath: path }
    operations.requireFree(target)
    cluster.status = 'RECONCILING'
    operations.begin({
      type,
      target,
      durationMs: profile.scaled(cloudMs),
      effect: async () => {
        cluster.status = 'RUNNING'
        return undefined
      },
      ended: () => undefined,
    })
  }
}
