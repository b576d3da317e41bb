// Binds pending pods to nodes with room, by priority and then by age; where there is none, less important pods make way. Works from watch events only. Pods that are
// placed alike share one list of nodes that may still have room, so a thousand pods cost about a thousand looks.
import type { KubernetesObject } from '../../../../shared/manifests/object.ts'
import type { Clock, Kubernetes } from '../../../../shared/ports.ts'
import { conditionOf, isTerminal, podSpec, podStatus } from '../pod-shape.ts'
import { timestamp } from '../timestamp.ts'
import { batched } from '../timers.ts'
import { calls } from './calls.ts'
import { follow } from './follow.ts'
import { uidOf } from '../object-store.ts'
import { schedulingState } from './scheduling-state.ts'
import type { PodClass } from './scheduling-state.ts'
import { type NodeState, placementOf, unschedulableMessage } from './scheduling.ts'

export interface CompanionStart {
  readonly kubernetes: Kubernetes
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Calls at a time. */
  readonly parallel: number
}

const retryMs = 1000

function isTold(pod: KubernetesObject): boolean {
  return conditionOf(podStatus(pod), 'PodScheduled')?.reason === 'Unschedulable'
}

export function startScheduler({ kubernetes, clock, signal, parallel }: CompanionStart): void {
  const state = schedulingState()
  const out = calls({ clock, signal, parallel })

  async function bind(pod: KubernetesObject, node: NodeState): Promise<void> {
    const { name, namespace = '' } = pod.metadata
    const binding = {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { name, namespace, uid: uidOf(pod) },
      target: { apiVersion: 'v1', kind: 'Node', name: node.name },
    }
    if (await out.make(() => kubernetes.create(binding))) return
    const ref = { apiVersion: 'v1', kind: 'Pod', namespace, name }
    // Whether it is bound after all is for the API server to say; if not, it waits again.
    clock.after(retryMs, () => {
      void out.make(async () => {
        const now = await kubernetes.get(ref)
        if (!now || uidOf(now) !== uidOf(pod)) state.release(uidOf(pod))
        else if (!podSpec(now).nodeName) {
          state.release(uidOf(pod))
          setPod(now)
        }
        run('')
      })
    })
  }

  /** Victims that have been asked to go, by who asked. */
  const nominated = new Map<
    string,
    { readonly node: string; readonly victims: readonly string[] }
  >()
  const going = new Set<string>()

  /** Asks less important pods to go where those that wait would then fit. */
  function preempt(each: PodClass): void {
    for (const uid of each.pending.keys()) {
      if (nominated.get(uid)?.victims.some((victim) => going.has(victim))) continue
      nominated.delete(uid)
      const way = state.makeWay(each, going)
      if (!way) return
      const victims = way.victims.map(({ pod }) => uidOf(pod))
      nominated.set(uid, { node: way.node.name, victims })
      // Its nomination is news.
      refused.delete(uid)
      for (const victim of victims) going.add(victim)
      for (const { pod } of way.victims) void evict(pod)
    }
  }

  async function evict(pod: KubernetesObject): Promise<void> {
    const { name, namespace = '' } = pod.metadata
    const ref = { apiVersion: 'v1', kind: 'Pod', namespace, name }
    if (await out.make(() => kubernetes.delete(ref, { uid: uidOf(pod) }))) return
    clock.after(retryMs, () => {
      going.delete(uidOf(pod))
      run('')
    })
  }

  async function refuse(pod: KubernetesObject, message: string): Promise<void> {
    const { name, namespace = '' } = pod.metadata
    const others = podStatus(pod).conditions?.filter((each) => each.type !== 'PodScheduled') ?? []
    const condition = {
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
      message,
      lastTransitionTime: timestamp(clock.now()),
    }
    const conditions = [...others.map((each) => ({ ...each })), condition]
    await out.make(() =>
      kubernetes.patch(
        { apiVersion: 'v1', kind: 'Pod', namespace, name },
        // Never over a status that came meanwhile: the pod may be bound by then.
        {
          metadata: { uid: uidOf(pod), resourceVersion: pod.metadata.resourceVersion },
          status: { conditions, nominatedNodeName: nominated.get(uidOf(pod))?.node ?? null },
        },
        { subresource: 'status' },
      ),
    )
  }

  /** Pods that were told so are not told again. */
  const refused = new Set<string>()

  const run = batched<string>(clock, 0, () => {
    for (const each of state.waiting()) {
      for (const [uid, pod] of each.pending) {
        const node = state.choose(each)
        if (!node) break
        state.forget(uid)
        refused.delete(uid)
        nominated.delete(uid)
        state.place(pod, node, each.placement)
        void bind(pod, node)
      }
      preempt(each)
      const news = [...each.pending].filter(([uid]) => !refused.has(uid))
      if (news.length === 0) continue
      const message = unschedulableMessage(state.nodes(), each.placement)
      for (const [uid, pod] of news) {
        refused.add(uid)
        if (!isTold(pod) || nominated.has(uid)) void refuse(pod, message)
      }
    }
  })

  function removePod(pod: KubernetesObject): void {
    state.forget(uidOf(pod))
    state.release(uidOf(pod))
    refused.delete(uidOf(pod))
    nominated.delete(uidOf(pod))
    going.delete(uidOf(pod))
    run('')
  }

  function setPod(pod: KubernetesObject): void {
    const uid = uidOf(pod)
    const { nodeName, schedulerName = 'default-scheduler' } = podSpec(pod)
    if (isTerminal(pod)) return removePod(pod)
    if (nodeName) {
      state.forget(uid)
      refused.delete(uid)
      if (!state.isPlaced(uid)) state.place(pod, state.nodeNamed(nodeName), placementOf(pod))
      return
    }
    if (pod.metadata.deletionTimestamp) return removePod(pod)
    const gated =
      Array.isArray(pod.spec?.['schedulingGates']) && pod.spec['schedulingGates'].length > 0
    if (schedulerName !== 'default-scheduler' || gated || state.isPlaced(uid)) return
    if (!isTold(pod)) refused.delete(uid)
    state.wait(pod)
    run('')
  }

  function setNode(name: string, node: KubernetesObject | undefined): void {
    state.setNode(name, node)
    run('')
  }

  const common = { kubernetes, clock, signal }
  void follow({
    ...common,
    kind: { apiVersion: 'v1', kind: 'Node' },
    onSet: (node) => setNode(node.metadata.name, node),
    onGone: (node) => setNode(node.metadata.name, undefined),
  })
  void follow({
    ...common,
    kind: { apiVersion: 'v1', kind: 'Pod' },
    onSet: setPod,
    onGone: removePod,
  })
}
