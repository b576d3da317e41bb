// What decides where a pod may run, read from the Pod object: requests, selector, affinity, tolerations, owner.
import type { KubernetesObject, OwnerReference } from '../../../../shared/manifests/object.ts'
import { amountOf } from '../../kubernetes/quantity.ts'

/** What a pod asks for, or a node has: thousandths of a CPU, bytes, pods. */
export interface Room {
  readonly cpuMilli: number
  readonly memoryBytes: number
  readonly pods: number
}

export interface Toleration {
  readonly key?: string
  readonly operator?: 'Exists' | 'Equal'
  readonly value?: string
  readonly effect?: string
}

interface Container {
  readonly restartPolicy?: string
  readonly resources?: { readonly requests?: Readonly<Record<string, unknown>> }
}

export interface NodeSelectorTerm {
  readonly matchExpressions?: readonly {
    readonly key: string
    readonly operator: string
    readonly values?: readonly string[]
  }[]
}

/** The parts of a PodSpec that placement reads. */
export interface PodSpec {
  readonly nodeName?: string
  readonly containers?: readonly Container[]
  readonly initContainers?: readonly Container[]
  readonly overhead?: Readonly<Record<string, unknown>>
  readonly nodeSelector?: Readonly<Record<string, string>>
  readonly tolerations?: readonly Toleration[]
  readonly schedulingGates?: readonly unknown[]
  readonly affinity?: {
    readonly nodeAffinity?: {
      readonly requiredDuringSchedulingIgnoredDuringExecution?: {
        readonly nodeSelectorTerms: readonly NodeSelectorTerm[]
      }
    }
  }
}

export function podSpec(pod: KubernetesObject): PodSpec {
  // The API server has validated it; placement reads nothing that it does not list here.
  return pod.spec ?? {}
}

export function podPhase(pod: KubernetesObject): string {
  return typeof pod.status?.['phase'] === 'string' ? pod.status['phase'] : 'Pending'
}

/** Whether the pod still takes up room on its node. */
export function isLive(pod: KubernetesObject): boolean {
  const phase = podPhase(pod)
  return phase !== 'Succeeded' && phase !== 'Failed'
}

/** Whether the scheduler looks for a node for it. */
export function isUnplaced(pod: KubernetesObject): boolean {
  const { nodeName, schedulingGates = [] } = podSpec(pod)
  return (
    nodeName === undefined &&
    pod.metadata.deletionTimestamp === undefined &&
    schedulingGates.length === 0 &&
    // Less important pods are making way for it.
    typeof pod.status?.['nominatedNodeName'] !== 'string' &&
    isLive(pod)
  )
}

export function controllerOf(pod: KubernetesObject): OwnerReference | undefined {
  return pod.metadata.ownerReferences?.find((owner) => owner.controller === true)
}

export function isDaemon(pod: KubernetesObject): boolean {
  return controllerOf(pod)?.kind === 'DaemonSet'
}

function asked(resource: 'cpu' | 'memory', { resources }: Container): number {
  const quantity = resources?.requests?.[resource]
  return quantity === undefined ? 0 : amountOf(resource, quantity)
}

/** Kubernetes' rule: all containers and sidecars together, or the largest init step with the sidecars before it. */
function requested(spec: PodSpec, resource: 'cpu' | 'memory'): number {
  let sidecars = 0
  let largestStep = 0
  for (const container of spec.initContainers ?? []) {
    const amount = asked(resource, container)
    if (container.restartPolicy === 'Always') sidecars += amount
    largestStep = Math.max(
      largestStep,
      sidecars + (container.restartPolicy === 'Always' ? 0 : amount),
    )
  }
  const together = (spec.containers ?? []).reduce(
    (sum, container) => sum + asked(resource, container),
    sidecars,
  )
  const overhead = spec.overhead?.[resource]
  return (
    Math.max(together, largestStep) + (overhead === undefined ? 0 : amountOf(resource, overhead))
  )
}

export function podRequests(spec: PodSpec): Room {
  return {
    cpuMilli: requested(spec, 'cpu'),
    memoryBytes: requested(spec, 'memory'),
    pods: 1,
  }
}
