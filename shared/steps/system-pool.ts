// The pool for GKE's own services and the workspace agent (R5): with the one taint that GKE's Deployments tolerate (rule
// *system-taint*), growing with them, and in two zones unless said, because its nodes are what a workspace costs while
// nothing runs (rule *idle-floor*).
import type { SubjectOf } from '../domain/plan.ts'
import type { NodePool } from '../google-cloud.ts'
import { labelKeys, SYSTEM_POOL, SYSTEM_TAINT } from '../manifests/labels.ts'
import { limits } from '../catalog/limits.ts'
import { managed, nodeConfig } from './node-config.ts'

const MACHINE = 'e2-standard-4'
const ZONES = 2

export function systemPool({ identity, spec }: SubjectOf<'workspace'>, life: number): NodePool {
  const locations = spec.zones.slice(0, spec.systemZones ?? ZONES)
  return {
    name: SYSTEM_POOL,
    // For each zone.
    initialNodeCount: 1,
    locations,
    autoscaling: {
      enabled: true,
      totalMinNodeCount: locations.length,
      totalMaxNodeCount: limits.gke.systemNodes,
      locationPolicy: 'BALANCED',
    },
    config: {
      ...nodeConfig(identity, life),
      machineType: MACHINE,
      diskType: 'pd-balanced',
      labels: { [labelKeys.pool]: SYSTEM_POOL },
      taints: [{ ...SYSTEM_TAINT, effect: 'NO_SCHEDULE' }],
    },
    maxPodsConstraint: { maxPodsPerNode: limits.gke.podsPerNode },
    ...managed,
  }
}
