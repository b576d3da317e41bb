// The pool for GKE's own services and the workspace agent (R5): in two zones rather than all, which costs less (rule
// *system-taint*), and with the one taint that GKE's Deployments tolerate.
import type { Identity } from '../domain/plan.ts'
import type { NodePool } from '../google-cloud.ts'
import { labelKeys, resourceMark, SYSTEM_POOL, SYSTEM_TAINT } from '../manifests/labels.ts'
import { limits } from '../catalog/limits.ts'
import { hardened, managed } from './node-config.ts'

const MACHINE = 'e2-standard-4'
const ZONES = 2

export function systemPool(identity: Identity, zones: readonly string[], life: number): NodePool {
  return {
    name: SYSTEM_POOL,
    initialNodeCount: 1,
    locations: zones.slice(0, ZONES),
    autoscaling: {
      enabled: true,
      totalMinNodeCount: ZONES,
      totalMaxNodeCount: 10,
      locationPolicy: 'BALANCED',
    },
    config: {
      ...hardened,
      machineType: MACHINE,
      diskType: 'pd-balanced',
      labels: { [labelKeys.pool]: SYSTEM_POOL },
      resourceLabels: resourceMark(identity, life),
      taints: [{ ...SYSTEM_TAINT, effect: 'NO_SCHEDULE' }],
    },
    maxPodsConstraint: { maxPodsPerNode: limits.gke.podsPerNode },
    ...managed,
  }
}
