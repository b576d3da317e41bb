// A node pool as the autoscaler sees it.
import type { NodePool } from '../../../../shared/google-cloud.ts'
import type { NodeFleet } from '../nodes/node-fleet.ts'
import type { Resources } from '../../../../shared/domain/sizing.ts'
import { type NodeTemplate, nodeTemplate } from '../nodes/node-template.ts'
import type { PoolOffer } from './scale-up-plan.ts'

export interface ScaledPool {
  readonly spec: NodePool
  readonly zones: readonly string[]
  readonly minNodes: number
  /** How long a node of it must be unneeded; milliseconds of the clock. */
  readonly consolidationDelay: number
}

/** `taken`: what GKE's own pods take of each node beyond the usual. */
export function offerOf(
  { spec, zones }: ScaledPool,
  fleet: NodeFleet,
  taken: Resources,
  isBackedOff: (zone: string) => boolean,
): PoolOffer {
  return {
    pool: spec.name,
    zones: zones.map((zone) => ({
      template: withLess(nodeTemplate(spec, zone), taken),
      nodes: fleet.count(spec.name, zone),
    })),
    maxNodes: spec.autoscaling?.totalMaxNodeCount ?? Infinity,
    locationPolicy: spec.autoscaling?.locationPolicy ?? 'BALANCED',
    isBackedOff,
  }
}

function withLess(template: NodeTemplate, { cpuMilli, memoryMib }: Resources): NodeTemplate {
  const { room } = template
  return {
    ...template,
    room: {
      ...room,
      cpuMilli: room.cpuMilli - cpuMilli,
      memoryBytes: room.memoryBytes - memoryMib * 1024 * 1024,
    },
  }
}
