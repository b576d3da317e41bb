// One GKE node pool for one shape of machine (R6): created empty, so that a stock-out cannot block the GKE cluster, and
// grown by the autoscaler from zero (rules *pool-limits*, *tail*).
import { minutes } from '../domain/time.ts'
import { limits } from '../catalog/limits.ts'
import { machineType } from '../catalog/machine-types.ts'
import { nodePoolName } from '../domain/names.ts'
import type { SubjectOf } from '../domain/plan.ts'
import type { NodePool } from '../google-cloud.ts'
import { carries, labelKeys, resourceMark } from '../manifests/labels.ts'
import { beginMaking, beginRemoving } from './gke-operation.ts'
import { broken } from './gke-state.ts'
import { hardened, managed } from './node-config.ts'
import { type Observed, step, type StepPorts } from './step.ts'

type Input = { readonly gkeCluster: string; readonly pool: NodePool }
type Output = { readonly nodePool: string }

/** Spark pods come and go in bulk; an empty node is given back after this. */
const CONSOLIDATION_DELAY = '120s'

function poolOf({ identity, pool, spec, zones }: SubjectOf<'pool'>, life: number): NodePool {
  const hyperdiskOnly = machineType(spec.machineType)?.hyperdiskOnly === true
  return {
    name: nodePoolName({ ...identity, pool }, life),
    initialNodeCount: 0,
    locations: zones,
    autoscaling: {
      enabled: true,
      totalMinNodeCount: 0,
      totalMaxNodeCount: limits.gke.nodesPerPoolAndZone,
      locationPolicy: 'ANY',
    },
    config: {
      ...hardened,
      machineType: spec.machineType,
      diskType: hyperdiskOnly ? 'hyperdisk-balanced' : 'pd-balanced',
      spot: spec.spot,
      labels: { [labelKeys.pool]: pool },
      resourceLabels: resourceMark(identity, life),
      taints: [{ key: labelKeys.pool, value: pool, effect: 'NO_SCHEDULE' }],
      consolidationDelay: CONSOLIDATION_DELAY,
    },
    maxPodsConstraint: { maxPodsPerNode: limits.gke.podsPerNode },
    ...managed,
  }
}

async function observe({ gke }: StepPorts, { gkeCluster, pool }: Input): Promise<Observed<Output>> {
  const found = await gke.getNodePool(gkeCluster, pool.name)
  if (!found) return { is: 'absent' }
  if (!carries(pool.config.resourceLabels ?? {}, found.config.resourceLabels)) {
    return { is: 'foreign', what: `node pool "${pool.name}"` }
  }
  if (found.status === 'STOPPING') return { is: 'leaving' }
  if (found.status === 'ERROR')
    return { is: 'broken', error: broken(`node pool "${pool.name}"`, found.conditions) }
  if (found.status === 'PROVISIONING') return { is: 'pending' }
  return { is: 'present', output: { nodePool: pool.name } }
}

export const nodePool = step({
  name: 'node-pool',
  title: 'Empty node pool',
  kind: 'pool',
  lane: 'pool',
  attempts: 5,
  timeoutMs: minutes(60),
  after: {},
  input: ({ subject, life }): Input => ({
    gkeCluster: subject.gkeCluster,
    pool: poolOf(subject, life),
  }),
  observe,
  apply: (ports, input: Input) =>
    beginMaking(
      () => ports.gke.createNodePool(input.gkeCluster, input.pool),
      () => observe(ports, input),
    ),
  undo: (ports, input) =>
    beginRemoving(
      () => ports.gke.deleteNodePool(input.gkeCluster, input.pool.name),
      () => observe(ports, input),
    ),
})
