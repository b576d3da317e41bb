// Decides what becomes of the pods on kwok's nodes, and when, as the embedded kubelet does: and says so in annotations that
// the stages of stages.yaml read. A stage sees its pod alone; what a pod's node has and its driver does is known here.
import type { JsonObject, KubernetesObject } from '../../../shared/manifests/object.ts'
import type { Clock, Kubernetes } from '../../../shared/ports.ts'
import { calls } from '../../local/kubernetes/companions/calls.ts'
import { driverWatch } from '../../local/kubernetes/companions/driver-watch.ts'
import { follow } from '../../local/kubernetes/companions/follow.ts'
import {
  holding,
  type PodDelays,
  type PodFailure,
} from '../../local/kubernetes/companions/kubelet.ts'
import { imagePulls } from '../../local/kubernetes/companions/node-facts.ts'
import { uidOf } from '../../local/kubernetes/object-store.ts'
import { conditionOf, isTerminal, nodeStatus, podSpec } from '../../local/kubernetes/pod-shape.ts'

export interface PodDirectorOptions {
  readonly kubernetes: Kubernetes
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Of the nodes that are played; all unless given. */
  readonly nodeSelector?: string
  readonly delays: Required<Pick<PodDelays, 'imagePullMs' | 'podStartMs' | 'retryMs'>>
  /** Asked when a pod would start, and again each time that a held one is tried. */
  readonly fail: (pod: KubernetesObject) => PodFailure | undefined
}

type Words = Readonly<Record<string, string>>

interface Entry {
  pod: KubernetesObject
  /** How often it was held. */
  tries: number
  /** What is to be in its annotations, beside what its node and its driver add. */
  words: Words
  /** What is in them. */
  said: string
  isWriting: boolean
}

const PREFIX = 'simulation.kindling.dev/'
const PARALLEL_CALLS = 32
/** Exit code of a container that failed for no known reason. */
const FAILED = 1
const CRASHED = 'CrashLoopBackOff'

export function directPods(options: PodDirectorOptions): void {
  const { kubernetes, clock, signal, delays, fail } = options
  const out = calls({ clock, signal, parallel: PARALLEL_CALLS })
  const nodes = new Map<string, KubernetesObject>()
  const entries = new Map<string, Entry>()
  /** Pods whose node has not been heard of yet, by its name. */
  const early = new Map<string, Map<string, KubernetesObject>>()
  const pulls = imagePulls(clock)
  const drivers = driverWatch((uid) => {
    const entry = entries.get(uid)
    if (entry) void write(entry)
  })

  /** Its kubelet is not there any more: nothing of it changes until its node goes. */
  function isCutOff(pod: KubernetesObject): boolean {
    const node = nodes.get(podSpec(pod).nodeName ?? '')
    return node !== undefined && conditionOf(nodeStatus(node), 'Ready')?.status === 'Unknown'
  }

  function wordsOf({ pod, words }: Entry): Words {
    if (isCutOff(pod)) return { ...words, stage: 'cut-off', ready: 'false' }
    return { ...words, ready: String(drivers.mayBeReady(pod)) }
  }

  /** Brings the annotations to what they are to say; one call at a time, so that none overtakes another. */
  async function write(entry: Entry): Promise<void> {
    if (entry.isWriting) return
    entry.isWriting = true
    for (;;) {
      const words = wordsOf(entry)
      const text = JSON.stringify(words)
      if (text === entry.said || isTerminal(entry.pod)) break
      entry.said = text
      const named = Object.entries(words).map(([name, value]) => [PREFIX + name, value])
      const { namespace = '', name, uid } = entry.pod.metadata
      const patch: JsonObject = { metadata: { uid, annotations: Object.fromEntries(named) } }
      await out.make(() =>
        kubernetes.patch({ apiVersion: 'v1', kind: 'Pod', namespace, name }, patch),
      )
    }
    entry.isWriting = false
  }

  function begin(pod: KubernetesObject, node: KubernetesObject): void {
    const entry: Entry = { pod, tries: 0, words: {}, said: '', isWriting: false }
    entries.set(uidOf(pod), entry)
    const pullMs = pulls.waitMs(pod, node, (...of) => delays.imagePullMs(...of))
    start(entry, pullMs + delays.podStartMs(pod))
  }

  /** Says what will become of it after that time. */
  function start(entry: Entry, afterMs: number): void {
    if (entries.get(uidOf(entry.pod)) !== entry) return
    const failure = fail(entry.pod)
    const at = { 'start-at': new Date(clock.now() + afterMs).toISOString() }
    if (failure) {
      const { reason, message, exitCode = FAILED } = failure
      const why = { ...at, reason, message, 'exit-code': String(exitCode) }
      entry.words = holding.has(reason) ? held(entry, why, afterMs) : { ...why, stage: 'failed' }
    } else entry.words = { ...at, stage: 'running' }
    void write(entry)
  }

  function held(entry: Entry, why: Words & { readonly reason: string }, afterMs: number): Words {
    const retryMs = delays.retryMs(entry.tries)
    entry.tries += 1
    clock.after(afterMs + retryMs, () => start(entry, 0))
    const stage = why.reason === CRASHED ? 'crashed' : 'held'
    return { ...why, stage, restarts: String(entry.tries) }
  }

  function setPod(pod: KubernetesObject): void {
    drivers.set(pod)
    const { nodeName = '' } = podSpec(pod)
    const node = nodes.get(nodeName)
    const entry = entries.get(uidOf(pod))
    if (entry) entry.pod = pod
    else if (nodeName === '' || isTerminal(pod)) return
    else if (node) begin(pod, node)
    else {
      const waiting = early.get(nodeName) ?? new Map<string, KubernetesObject>()
      early.set(nodeName, waiting.set(uidOf(pod), pod))
    }
  }

  function setNode(node: KubernetesObject): void {
    const { name } = node.metadata
    nodes.set(name, node)
    const waiting = early.get(name)
    early.delete(name)
    for (const pod of waiting?.values() ?? []) setPod(pod)
    if (conditionOf(nodeStatus(node), 'Ready')?.status !== 'Unknown') return
    for (const entry of entries.values())
      if (podSpec(entry.pod).nodeName === name) void write(entry)
  }

  function goneNode({ metadata: { name } }: KubernetesObject): void {
    nodes.delete(name)
    early.delete(name)
    pulls.forget(name)
    for (const [uid, { pod }] of entries) if (podSpec(pod).nodeName === name) entries.delete(uid)
  }

  function gonePod(pod: KubernetesObject): void {
    drivers.gone(pod)
    entries.delete(uidOf(pod))
    early.get(podSpec(pod).nodeName ?? '')?.delete(uidOf(pod))
  }

  const common = { kubernetes, clock, signal }
  const { nodeSelector } = options
  void follow({
    ...common,
    kind: { apiVersion: 'v1', kind: 'Node' },
    ...(nodeSelector === undefined ? {} : { labelSelector: nodeSelector }),
    onSet: setNode,
    onGone: goneNode,
  })
  void follow({
    ...common,
    kind: { apiVersion: 'v1', kind: 'Pod' },
    onSet: setPod,
    onGone: gonePod,
  })
}
