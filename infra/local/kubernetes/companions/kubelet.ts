// The kubelets of all simulated nodes in one: pods that are bound get their images, start, become Ready, and end when
// they are deleted; pods of a node that is gone are removed. One watch of pods and one of nodes, timers in batches.
import type {
  JsonObject,
  KubernetesObject,
  ObjectRef,
} from '../../../../shared/manifests/object.ts'
import { uidOf } from '../object-store.ts'
import { conditionOf, isTerminal, isTrue, nodeStatus, podSpec, podStatus } from '../pod-shape.ts'
import { timestamp } from '../timestamp.ts'
import { coarseTimers } from '../timers.ts'
import { calls } from './calls.ts'
import { driverWatch } from './driver-watch.ts'
import { follow } from './follow.ts'
import { imagePulls, podAddresses } from './node-facts.ts'
import { isWaiting, type PodStage, saysStage, statusFor } from './pod-lifecycle.ts'
import type { CompanionStart } from './scheduler.ts'

export interface PodDelays {
  /** How long the node takes to pull the pod's images when it lacks one; milliseconds. */
  imagePullMs(pod: KubernetesObject, node: KubernetesObject): number
  /** From images there to containers running; milliseconds. */
  podStartMs(pod: KubernetesObject): number
  /** From the deletion of a running pod to its end; milliseconds. Default 50. */
  podStopMs?(pod: KubernetesObject): number
  /** From the loss of a node to the removal of its pods; milliseconds. Default 1000. */
  orphanedMs?(pod: KubernetesObject): number
  /** Until a pod that is held is tried again, by how often it was; milliseconds. Default 10 s, doubled up to 5 min. */
  retryMs?(tries: number): number
}

export interface PodFailure {
  /** ImagePullBackOff, ErrImagePull, CrashLoopBackOff and CreateContainerConfigError hold a pod; others fail it. */
  readonly reason: string
  readonly message: string
  /** Of the container that ended, for CrashLoopBackOff. */
  readonly exitCode?: number
}

export interface KubeletStart extends CompanionStart {
  readonly delays: PodDelays
  /** Asked when a pod would start, and again each time that a held one is tried. */
  readonly fail?: ((pod: KubernetesObject) => PodFailure | undefined) | undefined
}

interface Entry {
  pod: KubernetesObject
  stage: PodStage
  /** How often it was held. */
  tries: number
  readonly podIP: string
  patching: boolean
  ending: boolean
}

/** Timers of pods are rounded up to this, so that pods which start together cost one timer. */
const grainMs = 5

/** Reasons that hold a pod back, to be tried again; any other fails it. */
export const holding = new Set([
  'ImagePullBackOff',
  'ErrImagePull',
  'CrashLoopBackOff',
  'CreateContainerConfigError',
])

const nodeKind = { apiVersion: 'v1', kind: 'Node' }
const podKind = { apiVersion: 'v1', kind: 'Pod' }

/** API servers compare versions as numbers since 1.35; here it only saves a call that would be refused. */
function versionOf(object: KubernetesObject): number {
  return Number(object.metadata.resourceVersion)
}

function refOf({ metadata }: KubernetesObject): ObjectRef {
  const { namespace = '', name } = metadata
  return { apiVersion: 'v1', kind: 'Pod', namespace, name }
}

export function startKubelet(options: KubeletStart): void {
  const { kubernetes, clock, signal, parallel, delays, fail } = options
  const out = calls({ clock, signal, parallel })
  const later = coarseTimers(clock, grainMs)
  const nextAddress = podAddresses()
  const nodes = new Map<string, KubernetesObject>()
  const pulls = imagePulls(clock)
  const entries = new Map<string, Entry>()
  const unplaced = new Map<string, Map<string, KubernetesObject>>()
  const drivers = driverWatch((uid) => {
    const entry = entries.get(uid)
    if (entry) sync(entry)
  })

  /** Its kubelet is not there any more: nothing of it changes until its node goes. */
  function isCutOff(pod: KubernetesObject): boolean {
    const node = nodes.get(podSpec(pod).nodeName ?? '')
    return node !== undefined && conditionOf(nodeStatus(node), 'Ready')?.status === 'Unknown'
  }

  /** Writes what the entry has become, unless the status says so or a write is under way. */
  function sync(entry: Entry): void {
    const { pod } = entry
    if (entry.patching || entry.ending || isTerminal(pod) || isCutOff(pod)) return
    const running = entry.stage.stage === 'running'
    const stage = running ? { ...entry.stage, ready: drivers.mayBeReady(pod) } : entry.stage
    if (saysStage(pod, stage)) return
    entry.patching = true
    void write(entry, stage)
  }

  async function write(entry: Entry, stage: PodStage): Promise<void> {
    const { pod, podIP } = entry
    const done = await out.make(async () => {
      const facts = { now: timestamp(clock.now()), podIP, hostIP: '127.0.0.1' }
      const { uid, resourceVersion } = entry.pod.metadata
      const status = statusFor(entry.pod, stage, facts) as JsonObject
      const patch = { metadata: { uid, resourceVersion }, status }
      keep(entry, await kubernetes.patch(refOf(pod), patch, { subresource: 'status' }))
    })
    entry.patching = false
    // Refused because the pod has changed: the change itself arrives and brings us here again.
    if (done) sync(entry)
  }

  function keep(entry: Entry, pod: KubernetesObject): void {
    if (versionOf(pod) > versionOf(entry.pod)) entry.pod = pod
  }

  function begin(pod: KubernetesObject, node: KubernetesObject): void {
    const running = podStatus(pod).phase === 'Running' && !isWaiting(pod)
    const stage: PodStage = { stage: running ? 'running' : 'creating', ready: false }
    const podIP = podStatus(pod).podIP ?? nextAddress()
    const entry: Entry = { pod, stage, tries: 0, podIP, patching: false, ending: false }
    entries.set(uidOf(pod), entry)
    sync(entry)
    if (running) return
    const pullMs = pulls.waitMs(pod, node, (...of) => delays.imagePullMs(...of))
    later(pullMs, () => later(delays.podStartMs(entry.pod), () => start(entry)))
  }

  function start(entry: Entry): void {
    if (entries.get(uidOf(entry.pod)) !== entry) return
    const failure = fail?.(entry.pod)
    if (!failure) entry.stage = { stage: 'running', ready: true }
    else if (!holding.has(failure.reason))
      entry.stage = { stage: 'failed', ready: false, ...failure }
    else {
      const backOff = Math.min(10_000 * 2 ** entry.tries, 300_000)
      later(delays.retryMs?.(entry.tries) ?? backOff, () => start(entry))
      entry.tries += 1
      entry.stage = { stage: 'held', ready: false, restarts: entry.tries, ...failure }
    }
    sync(entry)
  }

  async function remove(pod: KubernetesObject): Promise<void> {
    const exactly = { uid: uidOf(pod), gracePeriodSeconds: 0 }
    await out.make(() => kubernetes.delete(refOf(pod), exactly))
  }

  function end(entry: Entry): void {
    if (entry.ending || isCutOff(entry.pod)) return
    entry.ending = true
    const { deletionGracePeriodSeconds = 30 } = entry.pod.metadata
    const stopMs = delays.podStopMs?.(entry.pod) ?? 50
    later(Math.min(stopMs, deletionGracePeriodSeconds * 1000), () => void remove(entry.pod))
  }

  /** A pod on a node that is not there goes, unless the node comes in time. */
  function orphan(pod: KubernetesObject, nodeName: string): void {
    const uid = uidOf(pod)
    const waiting = unplaced.get(nodeName) ?? new Map<string, KubernetesObject>()
    unplaced.set(nodeName, waiting)
    if (waiting.has(uid)) return void waiting.set(uid, pod)
    waiting.set(uid, pod)
    later(delays.orphanedMs?.(pod) ?? 1000, () => {
      if (waiting.has(uid) && !nodes.has(nodeName)) void collect(pod, nodeName)
    })
  }

  /** Asks before it removes: the watch of nodes may lag behind that of pods. */
  async function collect(pod: KubernetesObject, nodeName: string): Promise<void> {
    const ref = { ...nodeKind, name: nodeName }
    let exists = true
    await out.make(async () => {
      exists = (await kubernetes.get(ref)) !== undefined
    })
    if (!exists) await remove(pod)
  }

  function setPod(pod: KubernetesObject): void {
    drivers.set(pod)
    const { nodeName } = podSpec(pod)
    if (!nodeName) return
    const node = nodes.get(nodeName)
    const entry = entries.get(uidOf(pod))
    if (!node) return orphan(pod, nodeName)
    if (isTerminal(pod) && !pod.metadata.deletionTimestamp) entries.delete(uidOf(pod))
    else if (!entry) begin(pod, node)
    else keep(entry, pod)
    const current = entries.get(uidOf(pod))
    if (!current) return
    if (pod.metadata.deletionTimestamp) end(current)
    else sync(current)
  }

  function setNode(node: KubernetesObject): void {
    const { name } = node.metadata
    const isNew = !nodes.has(name)
    nodes.set(name, node)
    if (!isNew) return
    const waiting = unplaced.get(name) ?? new Map<string, KubernetesObject>()
    unplaced.delete(name)
    for (const pod of waiting.values()) setPod(pod)
    waiting.clear()
  }

  function goneNode(node: KubernetesObject): void {
    const { name } = node.metadata
    nodes.delete(name)
    pulls.forget(name)
    for (const [uid, entry] of entries) {
      if (podSpec(entry.pod).nodeName !== name) continue
      entries.delete(uid)
      orphan(entry.pod, name)
    }
  }

  function gonePod(pod: KubernetesObject): void {
    drivers.gone(pod)
    entries.delete(uidOf(pod))
    unplaced.get(podSpec(pod).nodeName ?? '')?.delete(uidOf(pod))
  }

  const common = { kubernetes, clock, signal }
  void follow({ ...common, kind: nodeKind, onSet: setNode, onGone: goneNode })
  void follow({ ...common, kind: podKind, onSet: setPod, onGone: gonePod })
}

/** Whether a pod is Ready as its status says. */
export function isReadyPod(pod: KubernetesObject): boolean {
  return isTrue(podStatus(pod), 'Ready') && !pod.metadata.deletionTimestamp
}
