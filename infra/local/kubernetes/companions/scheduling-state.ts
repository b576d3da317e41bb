// Pods and nodes as the scheduler counts them: who is placed where, who waits, and which nodes may still have room.
// Decides, and calls nobody.
import type { KubernetesObject } from '../../../../shared/manifests/object.ts'
import { uidOf } from '../object-store.ts'
import { makeWay, type PlacedPod, type Way } from './preemption.ts'
import {
  barredBy,
  lacking,
  newNodeState,
  nodeFacts,
  type NodeState,
  type Placement,
  placementOf,
} from './scheduling.ts'

export interface PodClass {
  readonly placement: Placement
  /** By uid, the oldest first. */
  readonly pending: Map<string, KubernetesObject>
  /** Nodes that may have room. One is taken out when it has not, and comes back when something of it changes. */
  readonly candidates: Set<NodeState>
}

/** Idle classes kept for the next pods that are placed alike. */
const idleClasses = 64

export interface SchedulingState {
  /** The registered nodes. */
  nodes(): NodeState[]
  nodeNamed(name: string): NodeState
  setNode(name: string, node: KubernetesObject | undefined): void
  isPlaced(uid: string): boolean
  /** Takes the pod's demand from the node. */
  place(pod: KubernetesObject, node: NodeState, placement: Placement): void
  release(uid: string): void
  wait(pod: KubernetesObject): void
  forget(uid: string): void
  /** The classes with pods that wait, the most important first. */
  waiting(): PodClass[]
  /** The first node with room for one more pod of the class. */
  choose(podClass: PodClass): NodeState | undefined
  /** Where one more pod of the class would fit if less important pods went, but for those that are `going` already. */
  makeWay(podClass: PodClass, going: ReadonlySet<string>): Way | undefined
}

export function schedulingState(): SchedulingState {
  const nodes = new Map<string, NodeState>()
  const known = new Set<string>()
  const classes = new Map<string, PodClass>()
  const classOf = new Map<string, PodClass>()
  const placed = new Map<string, PlacedPod & { readonly node: NodeState }>()
  /** How many pods of each priority are placed: most often none is less important than those that wait. */
  const priorities = new Map<number, number>()

  function nodeNamed(name: string): NodeState {
    const node = nodes.get(name) ?? newNodeState(name)
    nodes.set(name, node)
    return node
  }

  function offer(node: NodeState): void {
    for (const each of classes.values()) {
      if (!barredBy(node, each.placement)) each.candidates.add(node)
    }
  }

  function classFor(pod: KubernetesObject): PodClass {
    const placement = placementOf(pod)
    const key = JSON.stringify(placement)
    const found = classes.get(key)
    if (found) return found
    for (const [old, idle] of classes) {
      if (classes.size < idleClasses) break
      if (idle.pending.size === 0) classes.delete(old)
    }
    const names = [...known].sort()
    const candidates = names.map(nodeNamed).filter((node) => !barredBy(node, placement))
    const made = { placement, pending: new Map(), candidates: new Set(candidates) }
    classes.set(key, made)
    return made
  }

  const count = (priority: number, by: 1 | -1): void =>
    void priorities.set(priority, (priorities.get(priority) ?? 0) + by)

  function place(pod: KubernetesObject, node: NodeState, placement: Placement): void {
    placed.set(uidOf(pod), { pod, node, placement })
    count(placement.priority, 1)
    for (const [name, amount] of placement.demand) node.used[name] = (node.used[name] ?? 0) + amount
  }

  return {
    nodes: () => [...known].map(nodeNamed),
    isPlaced: (uid) => placed.has(uid),
    nodeNamed,
    place,
    setNode(name, object) {
      if (object) known.add(name)
      else known.delete(name)
      const node = nodeNamed(name)
      const facts = nodeFacts(object)
      const { labels, taints, ready, unschedulable, allocatable } = node
      const before = { labels, taints, ready, unschedulable, allocatable }
      // Heartbeats change nothing that matters here.
      if (JSON.stringify(before) === JSON.stringify(facts)) return
      Object.assign(node, facts)
      offer(node)
    },
    release(uid) {
      const held = placed.get(uid)
      if (!held) return
      placed.delete(uid)
      count(held.placement.priority, -1)
      for (const [name, amount] of held.placement.demand) {
        held.node.used[name] = (held.node.used[name] ?? 0) - amount
      }
      offer(held.node)
    },
    wait(pod) {
      const found = classOf.get(uidOf(pod)) ?? classFor(pod)
      classOf.set(uidOf(pod), found)
      found.pending.set(uidOf(pod), pod)
    },
    forget(uid) {
      classOf.get(uid)?.pending.delete(uid)
      classOf.delete(uid)
    },
    waiting: () =>
      [...classes.values()]
        .filter((each) => each.pending.size > 0)
        .sort((left, right) => right.placement.priority - left.placement.priority),
    choose({ candidates, placement }) {
      for (const node of candidates) {
        const fits = !barredBy(node, placement) && lacking(node, placement.demand).length === 0
        if (fits) return node
        candidates.delete(node)
      }
      return undefined
    },
    makeWay({ placement }, going) {
      if (!placement.preempts) return undefined
      const isLess = ([priority, many]: readonly [number, number]): boolean =>
        many > 0 && priority < placement.priority
      if (![...priorities].some(isLess)) return undefined
      const standing = new Map<NodeState, PlacedPod[]>()
      for (const [uid, { node, ...each }] of placed) {
        if (each.placement.priority >= placement.priority || going.has(uid)) continue
        standing.set(node, [...(standing.get(node) ?? []), each])
      }
      return makeWay(placement, standing)
    },
  }
}
