// A node pool as the autoscaler sees it.
import type { NodePool } from '../../../../shared/google-cloud.ts'
import type { NodeFleet } from '../nodes/node-fleet.ts'
import { nodeTemplate } from '../nodes/node-template.ts'
import type { PoolOffer } from './scale-up-plan.ts'

export interface ScaledPool {
  readonly spec: NodePool
  readonly zones: readonly string[]
  readonly minNodes: number
  /** Milliseconds of the clock; undefined = the autoscaler's own. */
  readonly consolidationDelay: number | undefined
}

export function offerOf(
  { spec, zones }: ScaledPool,
  fleet: NodeFleet,
  isBackedOff: (zone: string) => boolean,
): PoolOffer {
  return {
    pool: spec.name,
    zones: zones.map((zone) => ({
      template: nodeTemplate(spec, zone),
      nodes: fleet.count(spec.name, zone),
    })),
    maxNodes: spec.autoscaling?.totalMaxNodeCount ?? Infinity,
    locationPolicy: spec.autoscaling?.locationPolicy ?? 'BALANCED',
    isBackedOff,
  }
}
