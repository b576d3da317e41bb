// Before anything of a cluster costs money: does all of it fit into what the workspace has room for, into the project's
// quotas, and do its zones have its machines? Answers why not, or nothing. Reads only; promises nothing, for others may take
// what was free: a failure later is told by the steps.
import type { Reason } from '../../events/lifecycle.ts'
import { limits } from '../catalog/limits.ts'
import { machineType } from '../catalog/machine-types.ts'
import { isWithdrawn, offeredRuntimes, runtime } from '../catalog/runtimes.ts'
import { effectiveSpec } from '../domain/adaptation.ts'
import type { ClusterEntity, ClusterSpec } from '../domain/entity.ts'
import { countOf, type Nodes, nodesOf, sumOf, total, without } from '../domain/nodes-by-pool.ts'
import { type Machine, shortOfQuota } from '../domain/pre-flight-quota.ts'
import { type Claim, type Shards, shardsFor, shortOfRoom } from '../domain/pre-flight.ts'
import { reasonOf } from '../domain/reasons/reason.ts'
import { seconds } from '../domain/time.ts'
import { zoneOf } from '../domain/zone.ts'
import type { ComputeQuota } from '../google-cloud.ts'
import { labelKeys } from '../manifests/labels.ts'
import type { World } from '../ports.ts'
import { bootDiskType, DISK_GB } from '../steps/node-config.ts'
import { answerTo } from './answer-to.ts'
import { identityOf, type RunningWorkspace } from './launch.ts'
import { missingMachine } from './machine-offers.ts'
import { claimsOfOthers } from './workspace-claims.ts'

const NONE: Nodes = new Map()

export interface PreFlight {
  /** Why the cluster cannot be had as its settings say. */
  readonly short?: Reason
  /** What its pools must be like to hold it. */
  readonly shards: Shards
}

const AS_THEY_ARE: Shards = new Map()

/**
 * Whether the cluster can be had with this. `before`: the cluster as it stands, whose machines it keeps.
 * Call it before the transaction, and before pools are made wanted.
 */
export async function preFlight(
  world: World,
  workspace: RunningWorkspace,
  cluster: string,
  spec: ClusterSpec,
  before?: ClusterEntity,
): Promise<PreFlight> {
  const { ranges, zones, warm } = workspace.spec
  const zone = zoneOf(spec, cluster, zones, warm)
  const holder =
    before?.want === 'up' && !('waitsFor' in before) ? effectiveSpec(before) : undefined
  const held = holder ? nodesOf(holder) : NONE
  const isMoved = holder !== undefined && zoneOf(holder, cluster, zones, warm) !== zone
  // Fewer machines, or the same ones made anew, take nothing that is not there.
  if (!isMoved && total(without(nodesOf(spec), held)) === 0) return { shards: AS_THEY_ARE }
  const withdrawn = holder ? undefined : withdrawnRuntime(spec.runtime, world.clock.now())
  if (withdrawn) return { short: withdrawn, shards: AS_THEY_ARE }

  const network = world.network(identityOf(workspace))
  const [others, offers, quotas] = await Promise.all([
    claimsOfOthers(world.store, workspace, cluster),
    answerTo(world, 'machine types', missingMachine(network, { spec, zone, zones })),
    answerTo(world, 'quotas', quotasOf(world, workspace)),
  ])
  const missing = offers.refused ?? quotas.refused ?? offers.value
  if (missing) return { short: missing, shards: AS_THEY_ARE }
  const room = { spec, zone, others, ranges, zones: zones.length }
  const flight = { world, workspace, spec, held, others }
  const short =
    shortOfRoom(room, limits.gke) ?? (quotas.value && (await checkQuotas(flight, quotas.value)))
  const shards = shardsFor(room, limits.gke.nodesPerPoolAndZone)
  return { shards, ...(short ? { short } : {}) }
}

interface Flight {
  readonly world: World
  readonly workspace: RunningWorkspace
  readonly spec: ClusterSpec
  readonly held: Nodes
  readonly others: readonly Claim[]
}

/** Was it withdrawn since the cluster was asked for? What was never known, the request is refused for. */
function withdrawnRuntime(key: string, now: number): Reason | undefined {
  const known = runtime(key)
  if (known && !isWithdrawn(known, now)) return undefined
  return {
    ...reasonOf('INVALID_SPARK_IMAGE', { runtime: key }),
    field: 'data.runtime',
    got: key,
    allowed: offeredRuntimes(now)
      .map((each) => each.key)
      .join(', '),
  }
}

async function checkQuotas(
  flight: Flight,
  quotas: readonly ComputeQuota[],
): Promise<Reason | undefined> {
  const { world, spec, held, others } = flight
  const wanted = nodesOf(spec)
  const more = without(wanted, held)
  const freed = without(held, wanted)
  const promised = sumOf([without(held, freed), ...others.map(({ nodes }) => nodes)])
  const shortOf = (of: Nodes): Reason | undefined =>
    shortOfQuota({ spec, more: of, freed, promised, quotas, machineOf })
  const short = shortOf(more)
  if (!short) return undefined
  // Machines that ended clusters left still count as used, and the next launch takes them: only now is it worth a look.
  const idle = await answerTo(world, 'idle nodes', idleNodes(flight, more, promised))
  return idle.value ? shortOf(without(more, idle.value)) : idle.refused
}

/** Nodes that are there and that no cluster has a right to. */
async function idleNodes(
  { world, workspace }: Flight,
  wanted: Nodes,
  promised: Nodes,
): Promise<Nodes> {
  const kubernetes = world.kubernetes(identityOf(workspace), workspace.outputs.endpoint)
  const idle = Array.from(wanted, async ([pool, { shape }]) => {
    const labelSelector = `${labelKeys.pool}=${pool}`
    const { items } = await kubernetes.list({ apiVersion: 'v1', kind: 'Node' }, { labelSelector })
    return [pool, { shape, count: Math.max(0, items.length - countOf(promised, pool)) }] as const
  })
  return new Map(await Promise.all(idle))
}

function machineOf(name: string): Machine | undefined {
  const machine = machineType(name)
  if (!machine) return undefined
  const { cpus, family } = machine
  return { cpus, family, diskGb: DISK_GB, diskType: bootDiskType(name) }
}

// --- Quotas of this invocation ----------------------------------------------------------------------------------

interface Asked {
  readonly at: number
  readonly quotas: Promise<ComputeQuota[]>
}

/** By world, which each invocation has one of, and by project and region. */
const answers = new WeakMap<World, Map<string, Asked>>()

/** So long an answer is good for the same invocation. Compute itself is minutes behind. */
const FRESH = seconds(20)

function quotasOf(world: World, workspace: RunningWorkspace): Promise<ComputeQuota[]> {
  const { project, region } = workspace.spec
  const key = `${project} ${region}`
  const known = answers.get(world) ?? new Map<string, Asked>()
  answers.set(world, known)
  const now = world.clock.now()
  const before = known.get(key)
  if (before && now - before.at < FRESH) return before.quotas
  const quotas = world.network(identityOf(workspace)).listQuotas()
  known.set(key, { at: now, quotas })
  return quotas
}
