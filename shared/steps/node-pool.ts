// One GKE node pool for one shape of machine (R6): created empty, so that a stock-out cannot block the GKE cluster, and
// grown by the autoscaler from zero (rules *pool-limits*, *tail*). Its nodes keep their version while jobs run on them (rule
// *upgrades*).
import { z } from 'zod'
import { minutes } from '../domain/time.ts'
import { limits } from '../catalog/limits.ts'
import { nodePoolName } from '../domain/names.ts'
import type { SubjectOf } from '../domain/plan.ts'
import type { NodePool } from '../google-cloud.ts'
import { carries, labelKeys } from '../manifests/labels.ts'
import { beginMaking, beginRemoving } from './gke-operation.ts'
import { broken } from './gke-state.ts'
import { SPARK_MAINTENANCE } from './maintenance-policy.ts'
import { bootDiskType, managed, nodeConfig } from './node-config.ts'
import { type Observed, step, type StepPorts } from './step.ts'

type Input = { readonly gkeCluster: string; readonly pool: NodePool }

/** What the autoscaler's log calls the pool, and each of its instance groups with its zone. */
export const InstanceGroups = z.object({
  nodePool: z.string(),
  zones: z.record(z.string(), z.string()),
})
export type InstanceGroups = z.infer<typeof InstanceGroups>

/** Spark pods come and go in bulk; an empty node is given back after this. */
const CONSOLIDATION_DELAY = '120s'

/** `shard`: 0 for the first. Nodes of all shards are alike to pods, which ask for the shape. */
function poolOf(
  { identity, pool, spec, zones }: SubjectOf<'pool'>,
  life: number,
  shard: number,
): NodePool {
  const shape = shard === 0 ? pool : `${pool}-${shard}`
  return {
    name: nodePoolName({ ...identity, pool: shape }, life),
    initialNodeCount: 0,
    locations: zones,
    autoscaling: {
      enabled: true,
      totalMinNodeCount: 0,
      totalMaxNodeCount: limits.gke.nodesPerPoolAndZone * zones.length,
      locationPolicy: 'ANY',
    },
    config: {
      ...nodeConfig(identity, life),
      machineType: spec.machineType,
      diskType: bootDiskType(spec.machineType),
      spot: spec.spot,
      labels: { [labelKeys.pool]: pool },
      taints: [{ key: labelKeys.pool, value: pool, effect: 'NO_SCHEDULE' }],
      consolidationDelay: CONSOLIDATION_DELAY,
    },
    maxPodsConstraint: { maxPodsPerNode: limits.gke.podsPerNode },
    maintenancePolicy: SPARK_MAINTENANCE,
    ...managed,
  }
}

async function observe(
  { gke }: StepPorts,
  { gkeCluster, pool }: Input,
): Promise<Observed<InstanceGroups>> {
  const found = await gke.getNodePool(gkeCluster, pool.name)
  if (!found) return { is: 'absent' }
  if (!carries(pool.config.resourceLabels ?? {}, found.config.resourceLabels)) {
    return { is: 'foreign', what: `node pool "${pool.name}"` }
  }
  if (found.status === 'STOPPING') return { is: 'leaving' }
  if (found.status === 'ERROR')
    return { is: 'broken', error: broken(`node pool "${pool.name}"`, found.conditions) }
  if (found.status === 'PROVISIONING') return { is: 'pending' }
  return { is: 'present', output: { nodePool: pool.name, zones: zonesOf(found) } }
}

function zonesOf({ instanceGroupUrls = [] }: NodePool): InstanceGroups['zones'] {
  const groups = instanceGroupUrls.flatMap((url) => {
    const [, zone, group] = /\/zones\/([^/]+)\/instanceGroup(?:Manager)?s\/([^/]+)$/.exec(url) ?? []
    return zone && group ? [[group, zone] as const] : []
  })
  return Object.fromEntries(groups)
}

/** What making and removing a node pool takes, whichever shard it is. */
const making = {
  kind: 'pool',
  lane: 'pool',
  attempts: 5,
  timeoutMs: minutes(60),
  after: {},
  observe,
  apply: (ports: StepPorts, input: Input) =>
    beginMaking(
      () => ports.gke.createNodePool(input.gkeCluster, input.pool),
      () => observe(ports, input),
    ),
  undo: (ports: StepPorts, input: Input) =>
    beginRemoving(
      () => ports.gke.deleteNodePool(input.gkeCluster, input.pool.name),
      () => observe(ports, input),
    ),
} as const

export const nodePool = step({
  ...making,
  name: 'node-pool',
  title: 'Empty node pool',
  input: ({ subject, life }): Input => ({
    gkeCluster: subject.gkeCluster,
    pool: poolOf(subject, life, 0),
  }),
})

/** One more node pool of the same shape, where a zone needs more nodes than one pool has (rule *pool-limits*). */
export const poolShard = step({
  ...making,
  name: 'pool-shard',
  title: 'Further empty node pool',
  instances: ({ shards = 1 }) => shards - 1,
  input: ({ subject, life, index }): Input => ({
    gkeCluster: subject.gkeCluster,
    pool: poolOf(subject, life, index),
  }),
})
