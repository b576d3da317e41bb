// What a cluster needs against the room that there is, before anything of it costs money: pods, nodes and addresses (rules
// *ranges*, *quota-conflict*, *pool-limits*). Pure; answers what is short and by how many, or nothing.
import type { Reason } from '../../events/lifecycle.ts'
import type { ClusterSpec } from './entity.ts'
import { countOf, type Nodes, nodesOf, sumOf, total } from './nodes-by-pool.ts'
import { poolOf, shapesOf } from './pool.ts'
import { fitOf, type Ranges } from './ranges.ts'
import { reasonOf } from './reasons/reason.ts'
import { ofDriver, ofExecutors, type Shortage, tightest } from './shortage.ts'

/** The catalogue's limits of GKE. */
export interface GkeLimits {
  readonly nodesPerPoolAndZone: number
  readonly shardsPerPool: number
  readonly nodesPerCluster: number
  readonly podsPerNamespace: number
  readonly podsPerNode: number
  readonly systemNodes: number
}

/** What a cluster takes, and where; no zone = all of them. */
export interface Claim {
  readonly zone: string | undefined
  readonly nodes: Nodes
}

export interface RoomQuestion {
  readonly spec: ClusterSpec
  readonly zone: string | undefined
  /** Of all other clusters of the workspace that are wanted. */
  readonly others: readonly Claim[]
  readonly ranges: Ranges
  /** How many the workspace has. */
  readonly zones: number
}

export function shortOfRoom(question: RoomQuestion, limits: GkeLimits): Reason | undefined {
  const { spec, others } = question
  const wanted = nodesOf(spec)
  const used = sumOf(others.map(({ nodes }) => nodes))
  return tightest([
    ...shortOfPods(spec, total(wanted), limits.podsPerNamespace),
    ...shortOfPools(question, wanted, used, limits.nodesPerPoolAndZone * limits.shardsPerPool),
    ...shortOfNodes(question, total(wanted) + total(used), total(used), limits),
  ])
}

function shortOfPods(spec: ClusterSpec, pods: number, most: number): Shortage[] {
  const over = pods - most
  if (over <= 0) return []
  const gcp_error_message = `a namespace of GKE holds ${most} pods, and ${pods} are needed: ${over} too few`
  const reason = reasonOf('K8S_ACTIVE_POD_QUOTA_EXCEEDED', { gcp_error_message })
  return [ofExecutors(spec, reason, over)]
}

/** Of how many node pools of GKE each pool must be; one where none is named. */
export type Shards = ReadonlyMap<string, number>

/** How many it takes to hold the cluster beside those that share its pools, wherever their nodes may be. */
export function shardsFor({ spec, zone, others, zones }: RoomQuestion, most: number): Shards {
  const nodesWhere = (isThere: (claim: Claim) => boolean): Nodes =>
    sumOf(others.filter(isThere).map(({ nodes }) => nodes))
  const here = nodesWhere((other) => zone !== undefined && other.zone === zone)
  const anywhere = nodesWhere((other) => other.zone === undefined)
  return new Map(
    Array.from(nodesOf(spec), ([pool, { count }]) => {
      const own = zone === undefined ? count / zones : count
      const busiest = zone === undefined ? busiestZone(others, pool) : countOf(here, pool)
      const inZone = own + busiest + countOf(anywhere, pool) / zones
      return [pool, Math.max(1, Math.ceil(inZone / most))]
    }),
  )
}

/** Nodes of a pool in the zone that has most of them. */
function busiestZone(others: readonly Claim[], pool: string): number {
  const counts = new Map<string, number>()
  for (const { zone, nodes } of others) {
    if (zone !== undefined) counts.set(zone, (counts.get(zone) ?? 0) + countOf(nodes, pool))
  }
  return Math.max(0, ...counts.values())
}

function shortOfPools(
  { spec, zone, others, zones }: RoomQuestion,
  wanted: Nodes,
  used: Nodes,
  most: number,
): Shortage[] {
  const here = sumOf(others.filter((other) => other.zone === zone).map(({ nodes }) => nodes))
  const shared = poolOf(shapesOf(spec).executor)
  return Array.from(wanted).flatMap(([pool, { count }]) => {
    const short = (limit: string, taken: number, over: number): Shortage[] => {
      if (over <= 0) return []
      const reason = limitReached(limit, taken, over)
      return [pool === shared ? ofExecutors(spec, reason, over) : ofDriver(spec, reason)]
    }
    // Where clusters of all zones have their nodes, the autoscaler decides: they are counted in the pool, not in a zone.
    const inZone = zone === undefined ? 0 : count + countOf(here, pool) - most
    const inPool = count + countOf(used, pool) - most * zones
    return [
      ...short(`${most} nodes of pool ${pool} in ${zone}`, countOf(here, pool), inZone),
      ...short(`${most * zones} nodes of pool ${pool}`, countOf(used, pool), inPool),
    ]
  })
}

function shortOfNodes(
  { spec, ranges }: RoomQuestion,
  wanted: number,
  used: number,
  limits: GkeLimits,
): Shortage[] {
  const { nodesPerCluster, podsPerNode, systemNodes } = limits
  const over = wanted + systemNodes - nodesPerCluster
  const limit = limitReached(`${nodesPerCluster} nodes of a GKE cluster`, used, over)
  const fit = fitOf(ranges, podsPerNode)
  const short = wanted + systemNodes - fit.nodes
  const { scarce } = fit
  const space = reasonOf('GCP_IP_SPACE_EXHAUSTED', {
    gcp_error_message: `the ${scarce} range ${ranges[scarce]} holds ${fit.nodes} nodes, ${systemNodes} of them kept for GKE's own services and ${used} taken by other clusters: ${short} too few`,
  })
  return [
    ...(over > 0 ? [ofExecutors(spec, limit, over)] : []),
    ...(short > 0 ? [ofExecutors(spec, space, short)] : []),
  ]
}

function limitReached(limit: string, used: number, over: number): Reason {
  return reasonOf('GCP_RESOURCE_QUOTA_EXCEEDED', {
    limit,
    gcp_error_message: `other clusters have ${used} of them: ${over} too few`,
  })
}
