// The parts of pods and nodes that scheduling, quotas and the kubelet read. Content is JSON from outside, whose shape
// the API server has checked (pod-strategy.ts) before anything here reads it.
import type { KubernetesObject } from '../../../shared/manifests/object.ts'
import { amountOf } from './quantity.ts'

export type Quantities = Readonly<Record<string, string | number>>

export interface Container {
  readonly name: string
  readonly image?: string
  readonly resources?: { readonly requests?: Quantities; readonly limits?: Quantities }
}

export interface Toleration {
  readonly key?: string
  readonly operator?: string
  readonly value?: string
  readonly effect?: string
}

export interface PodSpec {
  readonly containers: readonly Container[]
  readonly initContainers?: readonly Container[]
  readonly nodeName?: string
  readonly nodeSelector?: Readonly<Record<string, string>>
  readonly tolerations?: readonly Toleration[]
  readonly priority?: number
  readonly priorityClassName?: string
  readonly preemptionPolicy?: string
  readonly serviceAccountName?: string
  readonly schedulerName?: string
  readonly terminationGracePeriodSeconds?: number
  readonly overhead?: Quantities
}

export interface Condition {
  readonly type: string
  readonly status: 'True' | 'False' | 'Unknown'
  readonly reason?: string
  readonly message?: string
  readonly lastTransitionTime?: string
}

export interface PodStatus {
  readonly phase?: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown'
  readonly conditions?: readonly Condition[]
  readonly podIP?: string
  readonly startTime?: string
}

export interface NodeTaint {
  readonly key: string
  readonly value?: string
  readonly effect: string
}

export interface NodeSpec {
  readonly taints?: readonly NodeTaint[]
  readonly unschedulable?: boolean
  readonly podCIDR?: string
}

export interface NodeStatus {
  readonly allocatable?: Quantities
  readonly capacity?: Quantities
  readonly conditions?: readonly Condition[]
}

export function podSpec(pod: KubernetesObject): PodSpec {
  return (pod.spec ?? { containers: [] }) as unknown as PodSpec // checked when it was stored
}

export function podStatus(pod: KubernetesObject): PodStatus {
  return pod.status ?? {} // written by schedulers and kubelets only
}

export function nodeSpec(node: KubernetesObject): NodeSpec {
  return node.spec ?? {} // written by whoever registers nodes
}

export function nodeStatus(node: KubernetesObject): NodeStatus {
  return node.status ?? {} // written by whoever registers nodes
}

export function conditionOf(
  status: { readonly conditions?: readonly Condition[] },
  type: string,
): Condition | undefined {
  return status.conditions?.find((condition) => condition.type === type)
}

export function isTrue(
  status: { readonly conditions?: readonly Condition[] },
  type: string,
): boolean {
  return conditionOf(status, type)?.status === 'True'
}

/** Succeeded or failed: it runs no more and holds nothing on its node. */
export function isTerminal(pod: KubernetesObject): boolean {
  const { phase } = podStatus(pod)
  return phase === 'Succeeded' || phase === 'Failed'
}

/** What a pod asks for of one resource: its containers together, or its largest init container if that is more. */
export function podAmount(
  pod: KubernetesObject,
  resource: string,
  of: 'requests' | 'limits',
): number {
  const spec = podSpec(pod)
  const amount = (container: Container): number =>
    amountOf(resource, container.resources?.[of]?.[resource] ?? 0)
  const together = spec.containers.reduce((sum, container) => sum + amount(container), 0)
  const largest = Math.max(0, ...(spec.initContainers ?? []).map(amount))
  return Math.max(together, largest) + amountOf(resource, spec.overhead?.[resource] ?? 0)
}
