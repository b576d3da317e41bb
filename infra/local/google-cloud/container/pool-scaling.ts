// The pools of a cluster that its autoscaler may use now.
import type { ScaledPool } from '../autoscaler/scaled-pool.ts'
import type { Profile } from '../../profile.ts'
import type { ClusterRecord } from './cluster-record.ts'

export function scaledPools({ pools }: ClusterRecord, profile: Profile): ScaledPool[] {
  return [...pools.values()].flatMap(({ spec, status, locations }) => {
    if (!spec.autoscaling?.enabled || status === 'PROVISIONING' || status === 'STOPPING') return []
    const delay = spec.config.consolidationDelay
    return [
      {
        spec,
        zones: locations,
        minNodes: spec.autoscaling.totalMinNodeCount ?? 0,
        consolidationDelay: profile.consolidationDelay(
          delay === undefined ? undefined : Number.parseFloat(delay) * 1000,
        ),
      },
    ]
  })
}
