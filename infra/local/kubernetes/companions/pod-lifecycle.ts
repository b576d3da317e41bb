// The status that a kubelet writes for a pod at each stage of its life, in the shape of a real one. Pure.
import type { KubernetesObject } from '../../../../shared/manifests/object.ts'
import { type Condition, conditionOf, isTrue, podSpec, podStatus } from '../pod-shape.ts'

/** `creating`: image and containers are coming; `running`: they run; `held`: they wait with a reason, such as ImagePullBackOff. */
export interface PodStage {
  readonly stage: 'creating' | 'running' | 'held' | 'failed'
  readonly ready: boolean
  readonly reason?: string
  readonly message?: string
  /** Of a container that ends again and again. */
  readonly restarts?: number
  readonly exitCode?: number
}

/** It has run and ended, and waits to be started again. */
const CRASHED = 'CrashLoopBackOff'

type JsonStatus = Record<string, unknown>

interface ContainerStatus {
  readonly state?: { readonly waiting?: { readonly reason?: string } }
  readonly restartCount?: number
}

function firstContainer(pod: KubernetesObject): ContainerStatus {
  const statuses = pod.status?.['containerStatuses']
  return Array.isArray(statuses) ? ((statuses as ContainerStatus[])[0] ?? {}) : {} // written below
}

/** The first container's state in few words, to tell whether a status says a stage already. */
function firstReason(pod: KubernetesObject): string {
  return firstContainer(pod).state?.waiting?.reason ?? ''
}

/** Its first container does not run, whatever the phase. */
export function isWaiting(pod: KubernetesObject): boolean {
  return firstReason(pod) !== ''
}

/** Whether the pod's status says this stage already. */
export function saysStage(
  pod: KubernetesObject,
  { stage, ready, reason, restarts }: PodStage,
): boolean {
  const { phase, startTime } = podStatus(pod)
  if (startTime === undefined || isTrue(podStatus(pod), 'Ready') !== ready) return false
  if (stage === 'failed') return phase === 'Failed'
  if (stage === 'running') return phase === 'Running' && !isWaiting(pod)
  if (reason === CRASHED)
    return firstReason(pod) === CRASHED && firstContainer(pod).restartCount === restarts
  return (
    phase === 'Pending' && firstReason(pod) === (stage === 'held' ? reason : 'ContainerCreating')
  )
}

function conditionsFor(pod: KubernetesObject, stage: PodStage, now: string): Condition[] {
  const notReady = { reason: 'ContainersNotReady', message: 'containers are not ready' }
  const made = (type: string, isSo: boolean, why: object = {}): Condition => {
    const status = isSo ? 'True' : 'False'
    const before = conditionOf(podStatus(pod), type)
    const same = before?.status === status && before.lastTransitionTime !== undefined
    const lastTransitionTime = same ? before.lastTransitionTime : now
    return {
      type,
      status,
      ...(isSo ? {} : why),
      ...(lastTransitionTime ? { lastTransitionTime } : {}),
    }
  }
  const up = stage.stage === 'running'
  return [
    made('PodReadyToStartContainers', up),
    made('Initialized', true),
    made('Ready', stage.ready, notReady),
    made('ContainersReady', stage.ready, notReady),
    made('PodScheduled', true),
  ]
}

function containerState(stage: PodStage, now: string): JsonStatus {
  const { reason, message = '' } = stage
  switch (stage.stage) {
    case 'creating':
      return { waiting: { reason: 'ContainerCreating' } }
    case 'held':
      return { waiting: { reason, message } }
    case 'running':
      return { running: { startedAt: now } }
    case 'failed':
      return { terminated: { ...ended(stage, now), reason, message } }
  }
}

/** What the kernel kills for want of memory ends with this: 128 and SIGKILL. */
const KILLED = 137

function ended({ message = '', exitCode = 1 }: PodStage, now: string): JsonStatus {
  const reason = exitCode === KILLED ? 'OOMKilled' : 'Error'
  return { exitCode, reason, message, startedAt: now, finishedAt: now }
}

function restartsOf(before: unknown): number {
  return (before as ContainerStatus | undefined)?.restartCount ?? 0
}

/** The whole status of this stage, but for what the API server itself keeps there. */
export function statusFor(
  pod: KubernetesObject,
  stage: PodStage,
  facts: { readonly now: string; readonly podIP: string; readonly hostIP: string },
): JsonStatus {
  const { now, podIP, hostIP } = facts
  const status = podStatus(pod)
  const started = stage.stage === 'running'
  const before = pod.status?.['containerStatuses']
  // A container that ran before keeps its start; only its readiness changes.
  const kept = started && status.phase === 'Running' && Array.isArray(before) && !isWaiting(pod)
  const crashed = stage.reason === CRASHED
  const containerStatuses = podSpec(pod).containers.map(({ name, image = '' }, index) => ({
    ...(kept ? (before[index] as JsonStatus) : { state: containerState(stage, now) }),
    name,
    image,
    imageID: started ? `simulated://${image}` : '',
    ...(started ? { containerID: `simulated://${pod.metadata.uid}/${name}` } : {}),
    ready: stage.ready,
    ...(crashed
      ? { restartCount: stage.restarts ?? 1, lastState: { terminated: ended(stage, now) } }
      : { restartCount: Array.isArray(before) ? restartsOf(before[index]) : 0, lastState: {} }),
    started,
  }))
  const phases = {
    creating: 'Pending',
    held: 'Pending',
    running: 'Running',
    failed: 'Failed',
  } as const
  return {
    phase: crashed ? 'Running' : phases[stage.stage],
    startTime: status.startTime ?? now,
    conditions: conditionsFor(pod, stage, now),
    containerStatuses,
    hostIP,
    hostIPs: [{ ip: hostIP }],
    ...(started ? { podIP, podIPs: [{ ip: podIP }] } : {}),
    ...(stage.stage === 'failed' ? { reason: stage.reason, message: stage.message } : {}),
  }
}
