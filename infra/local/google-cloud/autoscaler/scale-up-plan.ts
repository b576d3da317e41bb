// How many nodes of which pool and zone the pending pods need, all at once. Pure.
import { limits } from '../../../../shared/catalog/limits.ts'
import { minus, selects, timesFits, toleratesAll } from '../nodes/node-fit.ts'
import type { NodeTemplate } from '../nodes/node-template.ts'
import type { Room } from '../nodes/pod-view.ts'
import type { PodGroup } from './pod-groups.ts'

/** A node that is there, on its way, or planned. `room` shrinks as pods are counted onto it. */
export interface Bin {
  readonly labels: NodeTemplate['labels']
  readonly taints: NodeTemplate['taints']
  room: Room
}

export interface PoolOffer {
  readonly pool: string
  /** One template for each of its zones. */
  readonly zones: readonly { readonly template: NodeTemplate; readonly nodes: number }[]
  readonly maxNodes: number
  readonly locationPolicy: 'BALANCED' | 'ANY'
  /** Zones that failed lately and are left alone for a while. */
  isBackedOff(zone: string): boolean
}

interface Increase {
  readonly template: NodeTemplate
  readonly count: number
  readonly group: PodGroup
}

export interface Unhandled {
  readonly group: PodGroup
  readonly pods: number
  readonly rejected: readonly { readonly pool: string; readonly reason: string }[]
}

export interface ScaleUpPlan {
  readonly increases: readonly Increase[]
  readonly unhandled: readonly Unhandled[]
  /** There would be more to do: the next scan does it. */
  readonly isCut: boolean
}

/** The autoscaler's limit for what one scan adds to a pool (its flag max-nodes-per-scaleup). */
const NODES_PER_SCAN = 1000

/** GKE's limit for one pool in one zone. */
const NODES_PER_POOL_AND_ZONE = limits.gke.nodesPerPoolAndZone

/** Puts pods of the group on nodes with room; answers how many are left. */
function fill(group: PodGroup, bins: readonly Bin[]): number {
  let left = group.pods.length
  for (const bin of bins) {
    if (left === 0) break
    const times = Math.min(left, timesFits(bin.room, group.requests))
    if (times === 0) continue
    if (!selects(group.spec, bin.labels) || !toleratesAll(group.spec, bin.taints)) continue
    bin.room = minus(bin.room, group.requests, times)
    left -= times
  }
  return left
}

interface ZoneCount {
  readonly template: NodeTemplate
  nodes: number
  added: number
}

/** ANY takes the first zone that has room, BALANCED evens the zones out. */
function spread(wanted: number, zones: readonly ZoneCount[], policy: PoolOffer['locationPolicy']) {
  let left = wanted
  while (left > 0) {
    const open = zones.filter((zone) => zone.nodes < NODES_PER_POOL_AND_ZONE)
    const [first] = policy === 'ANY' ? open : open.toSorted((one, two) => one.nodes - two.nodes)
    if (!first) break
    const step = policy === 'ANY' ? Math.min(left, NODES_PER_POOL_AND_ZONE - first.nodes) : 1
    first.nodes += step
    first.added += step
    left -= step
  }
}

function rejection(group: PodGroup, offer: PoolOffer): string | undefined {
  const [zone] = offer.zones
  if (!zone) return 'no.zone'
  const { template } = zone
  if (!toleratesAll(group.spec, template.taints)) return 'no.scale.up.mig.failing.predicate.taint'
  if (!offer.zones.some((each) => selects(group.spec, each.template.labels)))
    return 'no.scale.up.mig.failing.predicate.selector'
  if (timesFits(template.room, group.requests) === 0)
    return 'no.scale.up.mig.failing.predicate.resources'
  return undefined
}

export function planScaleUp(
  groups: readonly PodGroup[],
  nodes: readonly Bin[],
  offers: readonly PoolOffer[],
): ScaleUpPlan {
  const bins = [...nodes]
  const counts = new Map(
    offers.map((offer) => [
      offer.pool,
      offer.zones.map((zone): ZoneCount => ({ ...zone, added: 0 })),
    ]),
  )
  /** Added in this scan, by pool. */
  const addedTo = new Map<string, number>()
  let isCut = false
  const increases: Increase[] = []
  const unhandled: Unhandled[] = []

  function grow(group: PodGroup, pods: number, offer: PoolOffer): number {
    const all = counts.get(offer.pool) ?? []
    const zones = all.filter(
      ({ template }) => !offer.isBackedOff(template.zone) && selects(group.spec, template.labels),
    )
    const [first] = zones
    if (!first) return pods
    const perNode = timesFits(first.template.room, group.requests)
    const total = all.reduce((sum, zone) => sum + zone.nodes, 0)
    const wanted = Math.min(Math.ceil(pods / perNode), Math.max(0, offer.maxNodes - total))
    const before = addedTo.get(offer.pool) ?? 0
    const budget = NODES_PER_SCAN - before
    if (wanted > budget) isCut = true
    for (const zone of zones) zone.added = 0
    spread(Math.min(wanted, budget), zones, offer.locationPolicy)
    addedTo.set(
      offer.pool,
      zones.reduce((sum, { added }) => sum + added, before),
    )
    let left = pods
    for (const { template, added } of zones) {
      if (added > 0) increases.push({ template, count: added, group })
      for (let index = 0; index < added; index++) {
        const times = Math.min(left, perNode)
        left -= times
        const room = minus(template.room, group.requests, times)
        bins.push({ labels: template.labels, taints: template.taints, room })
      }
    }
    return left
  }

  for (const group of groups) {
    let left = fill(group, bins)
    const rejected: { pool: string; reason: string }[] = []
    for (const offer of offers) {
      if (left === 0) break
      const reason = rejection(group, offer)
      const before = left
      if (reason === undefined) left = grow(group, left, offer)
      if (left > 0)
        rejected.push({
          pool: offer.pool,
          reason:
            reason ?? (before === left ? 'no.scale.up.mig.skipped' : 'max.node.group.size.reached'),
        })
    }
    // What the next scan will do is not refused.
    if (left > 0 && !isCut) unhandled.push({ group, pods: left, rejected })
  }
  return { increases, unhandled, isCut }
}
