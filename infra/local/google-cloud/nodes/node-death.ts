// How machines end that nobody asked to end: reclaimed with notice, as Compute does with spot machines, or dead at once.
import type {
  JsonObject,
  KubernetesObject,
  ObjectRef,
} from '../../../../shared/manifests/object.ts'
import type { Clock, Kubernetes } from '../../../../shared/ports.ts'
import type { Profile } from '../../profile.ts'
import type { Machine } from './node-fleet.ts'
import { nodeStatus } from './node-template.ts'
import { isDaemon, isLive } from './pod-view.ts'

export interface NodeDeaths {
  /** Says so on the node; when the notice is over its pods fail and keep their names, and machine and node go. */
  preempt(machine: Machine): Promise<void>
  /** The machine is gone now; its node is unreachable after a while, and goes with its pods later still. */
  lose(machine: Machine): Promise<void>
}

interface DeathOptions {
  readonly clock: Clock
  readonly profile: Profile
  readonly kubernetes: Kubernetes
  readonly signal: AbortSignal
  readonly insist: (call: () => Promise<unknown>) => Promise<void>
  readonly podsOn: (node: string) => readonly KubernetesObject[]
  readonly release: (machine: Machine) => void
  readonly deletePods: (node: string, isMeant?: (pod: KubernetesObject) => boolean) => Promise<void>
  readonly changed: () => void
}

const LEAVING = { key: 'cloud.google.com/impending-node-termination', effect: 'NoSchedule' }
const UNREACHABLE = ['NoSchedule', 'NoExecute'].map((effect) => ({
  key: 'node.kubernetes.io/unreachable',
  effect,
}))

export function nodeDeaths(options: DeathOptions): NodeDeaths {
  const { clock, profile, kubernetes, signal, insist, podsOn, release, deletePods, changed } =
    options

  /** Answers false when the cluster is gone meanwhile. */
  async function wait(ms: number): Promise<boolean> {
    return await clock.sleep(ms, signal).then(
      () => true,
      () => false,
    )
  }

  async function mark(machine: Machine, taints: readonly JsonObject[], why: object): Promise<void> {
    const { name, template } = machine
    const now = new Date(clock.now()).toISOString()
    const status = nodeStatus(template, name, false, now)
    const [ready] = status['conditions'] as JsonObject[] // written there
    const conditions = [{ ...ready, ...why }]
    await insist(() =>
      kubernetes.patch(
        nodeRef(name),
        { status: { ...status, conditions } },
        { subresource: 'status' },
      ),
    )
    const all = [...template.taints.map((taint) => ({ ...taint })), ...taints]
    await insist(() => kubernetes.patch(nodeRef(name), { spec: { taints: all } }))
  }

  const patchPods = async (node: string, patch: (pod: KubernetesObject) => JsonObject) => {
    const pods = podsOn(node).filter((pod) => isLive(pod) && !isDaemon(pod))
    await Promise.all(
      pods.map((pod) =>
        insist(() => kubernetes.patch(podRef(pod), patch(pod), { subresource: 'status' })),
      ),
    )
  }

  return {
    async preempt(machine) {
      const { name } = machine
      await mark(machine, [LEAVING], { message: 'node is shutting down' })
      if (!(await wait(profile.spotNotice))) return
      release(machine)
      await patchPods(name, (pod) => ({
        status: {
          phase: 'Failed',
          reason: 'Terminated',
          message: 'Pod was terminated in response to imminent node shutdown.',
          conditions: notReady(pod, {
            type: 'DisruptionTarget',
            status: 'True',
            reason: 'TerminationByKubelet',
            message: 'Pod was terminated in response to imminent node shutdown.',
          }),
        },
      }))
      await insist(() => kubernetes.delete(nodeRef(name)))
      await deletePods(name, isDaemon)
      changed()
    },
    async lose(machine) {
      const { name } = machine
      release(machine)
      if (!(await wait(profile.nodeMonitorGrace))) return
      await mark(machine, UNREACHABLE, {
        status: 'Unknown',
        reason: 'NodeStatusUnknown',
        message: 'Kubelet stopped posting node status.',
      })
      await patchPods(name, (pod) => ({ status: { conditions: notReady(pod) } }))
      if (!(await wait(profile.lostNodeRemoval))) return
      await insist(() => kubernetes.delete(nodeRef(name)))
      await deletePods(name)
      changed()
    },
  }
}

/** The pod's conditions, but not ready. */
function notReady({ status }: KubernetesObject, ...more: readonly JsonObject[]): JsonObject[] {
  const before = Array.isArray(status?.['conditions']) ? status['conditions'] : []
  const kept = (before as { type?: string }[]).map((condition): JsonObject =>
    condition.type === 'Ready' || condition.type === 'ContainersReady'
      ? { ...condition, status: 'False', reason: 'NodeNotReady' }
      : { ...condition },
  )
  return [...kept, ...more]
}

export function nodeRef(name: string): ObjectRef {
  return { apiVersion: 'v1', kind: 'Node', name }
}

export function podRef({ metadata: { namespace, name } }: KubernetesObject): ObjectRef {
  return { apiVersion: 'v1', kind: 'Pod', ...(namespace === undefined ? {} : { namespace }), name }
}
