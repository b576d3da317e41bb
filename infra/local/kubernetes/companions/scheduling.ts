// The rules by which a pod fits a node: selector, taints, readiness, and what is left of the node.
// Not covered: affinity, topology spread and volumes; Kindling's pods use none of them.
import type { KubernetesObject } from '../../../../shared/manifests/object.ts'
import {
  isTrue,
  nodeSpec,
  nodeStatus,
  type NodeTaint,
  podAmount,
  podSpec,
  type Quantities,
  type Toleration,
} from '../pod-shape.ts'
import { amountOf } from '../quantity.ts'

/** Amounts by resource name; `pods` is one of them. */
export type Demand = readonly (readonly [resource: string, amount: number])[]

/** What pods must have in common to be placed alike. */
export interface Placement {
  readonly priority: number
  /** Whether less important pods make way for it. */
  readonly preempts: boolean
  readonly demand: Demand
  readonly nodeSelector: readonly (readonly [key: string, value: string])[]
  readonly tolerations: readonly Toleration[]
}

export function placementOf(pod: KubernetesObject): Placement {
  const {
    priority = 0,
    preemptionPolicy,
    nodeSelector = {},
    tolerations = [],
    containers,
    initContainers = [],
  } = podSpec(pod)
  const names = new Set<string>()
  for (const container of [...containers, ...initContainers]) {
    for (const name of Object.keys(container.resources?.requests ?? {})) names.add(name)
  }
  const demand = [...names].sort().map((name) => [name, podAmount(pod, name, 'requests')] as const)
  return {
    priority,
    preempts: preemptionPolicy !== 'Never',
    demand: [...demand, ['pods', 1]],
    nodeSelector: Object.entries(nodeSelector).sort(([left], [right]) => (left < right ? -1 : 1)),
    tolerations,
  }
}

/** One node as the scheduler sees it. Made at the first mention, so pods bound before it is known count as well. */
export interface NodeState {
  readonly name: string
  labels: Readonly<Record<string, string>>
  /** Those that keep pods away. */
  taints: readonly NodeTaint[]
  /** Registered and Ready. */
  ready: boolean
  unschedulable: boolean
  allocatable: Readonly<Record<string, number>>
  readonly used: Record<string, number>
}

export function newNodeState(name: string): NodeState {
  return {
    name,
    labels: {},
    taints: [],
    ready: false,
    unschedulable: false,
    allocatable: {},
    used: {},
  }
}

function amounts(quantities: Quantities = {}): Record<string, number> {
  return Object.fromEntries(
    Object.entries(quantities).map(([name, quantity]) => [name, amountOf(name, quantity)]),
  )
}

/** What of a node decides over pods. */
export function nodeFacts(
  node: KubernetesObject | undefined,
): Pick<NodeState, 'labels' | 'taints' | 'ready' | 'unschedulable' | 'allocatable'> {
  if (!node || node.metadata.deletionTimestamp) {
    return { labels: {}, taints: [], ready: false, unschedulable: false, allocatable: {} }
  }
  const { taints = [], unschedulable = false } = nodeSpec(node)
  const status = nodeStatus(node)
  return {
    labels: node.metadata.labels ?? {},
    taints: taints.filter((taint) => taint.effect !== 'PreferNoSchedule'),
    ready: isTrue(status, 'Ready'),
    unschedulable,
    allocatable: amounts(status.allocatable ?? status.capacity),
  }
}

function tolerates(toleration: Toleration, taint: NodeTaint): boolean {
  const { key, operator = 'Equal', value = '', effect } = toleration
  if (effect && effect !== taint.effect) return false
  if (!key) return operator === 'Exists'
  return key === taint.key && (operator === 'Exists' || value === (taint.value ?? ''))
}

const notReady: NodeTaint = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }

/** Why pods of this placement cannot use the node whatever is free on it. */
export function barredBy(node: NodeState, placement: Placement): string | undefined {
  if (node.unschedulable) return 'node(s) were unschedulable'
  if (placement.nodeSelector.some(([key, value]) => node.labels[key] !== value)) {
    return "node(s) didn't match Pod's node affinity/selector"
  }
  // A toleration does not make a node that is not there able to run pods.
  const taint = node.ready
    ? node.taints.find((each) => !placement.tolerations.some((one) => tolerates(one, each)))
    : notReady
  return taint && `node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`
}

/** The resources that the node has too little of. */
export function lacking(node: NodeState, demand: Demand): string[] {
  return demand
    .filter(
      ([name, amount]) =>
        amount > 0 && (node.used[name] ?? 0) + amount > (node.allocatable[name] ?? 0),
    )
    .map(([name]) => name)
}

/** The scheduler's sentence on a pod that fits nowhere. */
export function unschedulableMessage(nodes: Iterable<NodeState>, placement: Placement): string {
  const reasons = new Map<string, number>()
  let count = 0
  for (const node of nodes) {
    count++
    const barred = barredBy(node, placement)
    const short = lacking(node, placement.demand).map((name) =>
      name === 'pods' ? 'Too many pods' : `Insufficient ${name}`,
    )
    for (const reason of barred ? [barred] : short) {
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
    }
  }
  if (count === 0) return 'no nodes available to schedule pods'
  const listed = [...reasons].map(([reason, number]) => `${number} ${reason}`).sort()
  return `0/${count} nodes are available: ${listed.join(', ')}. preemption: 0/${count} nodes are available: ${count} Preemption is not helpful for scheduling.`
}
