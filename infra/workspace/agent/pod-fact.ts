// What the agent keeps of a pod: the few things that a level is made of, so that thousands of pods stay small in memory.
// Pure.
import { labelKeys } from '../../../shared/manifests/labels.ts'
import type { KubernetesObject } from '../../../shared/manifests/object.ts'
import type { Instant } from '../../../shared/domain/time.ts'
import type { Role } from '../../../shared/domain/sizing.ts'

export interface PodFact {
  readonly uid: string
  readonly name: string
  /** Of the custom resource that controls it. */
  readonly owner: string
  readonly role: Role
  /** The generation that first wanted it, by its label; 0 where that cannot be read. */
  readonly life: number
  /**
   * `ended`: failed or succeeded, and will not start again under this name. `failing`: its container cannot start.
   * `leaving`: being deleted.
   */
  readonly state: 'pending' | 'ready' | 'failing' | 'ended' | 'leaving'
  readonly failure?: {
    readonly reason: string
    readonly message: string
    readonly at: Instant
    /** How often its container was started again. */
    readonly restarts?: number
  }
  /** No node takes it, since then; says what the scheduler said. */
  readonly unschedulable?: { readonly since: Instant; readonly message: string }
  readonly node?: string
  readonly createdAt?: Instant
  readonly scheduledAt?: Instant
  /** When its last container started, which is when its image was there. */
  readonly startedAt?: Instant
  readonly readyAt?: Instant
}

/** The parts of a PodStatus that are read; all of it comes from the API server. */
interface Status {
  readonly phase?: string
  readonly reason?: string
  readonly message?: string
  readonly conditions?: readonly Condition[]
  readonly containerStatuses?: readonly ContainerStatus[]
}
interface Condition {
  readonly type: string
  readonly status: string
  readonly reason?: string
  readonly message?: string
  readonly lastTransitionTime?: string
}
interface ContainerStatus {
  readonly name: string
  readonly state?: ContainerState
  readonly lastState?: ContainerState
  readonly restartCount?: number
}
interface ContainerState {
  readonly waiting?: { readonly reason?: string; readonly message?: string }
  readonly running?: { readonly startedAt?: string }
  readonly terminated?: {
    readonly reason?: string
    readonly message?: string
    readonly exitCode?: number
    readonly finishedAt?: string
  }
}

/** Reasons that a container waits for which time alone does not mend; the kubelet alternates between some of them. */
const FAILING: Readonly<Record<string, string>> = {
  CrashLoopBackOff: 'CrashLoopBackOff',
  ImagePullBackOff: 'ImagePullBackOff',
  ErrImagePull: 'ImagePullBackOff',
  ImageInspectError: 'ImagePullBackOff',
  InvalidImageName: 'InvalidImageName',
  CreateContainerConfigError: 'CreateContainerConfigError',
  CreateContainerError: 'CreateContainerError',
  RunContainerError: 'RunContainerError',
}

/** Milliseconds since 1970, or undefined for what is no time. */
export function instantOf(text: string | undefined): Instant | undefined {
  const at = text === undefined ? Number.NaN : Date.parse(text)
  return Number.isFinite(at) && at >= 0 ? at : undefined
}

/** Undefined for pods that are nobody's driver or executor. */
export function podFact(pod: KubernetesObject): PodFact | undefined {
  const { name, uid, labels, creationTimestamp } = pod.metadata
  const role = labels?.[labelKeys.role]
  const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller === true)?.uid
  if (!uid || !owner || (role !== 'driver' && role !== 'executor')) return undefined
  const status: Status = pod.status ?? {}
  const createdAt = instantOf(creationTimestamp)
  const failure = failureOf(status, createdAt ?? 0)
  const node = pod.spec?.['nodeName']
  return {
    uid,
    name,
    owner,
    role,
    life: lifeOf(labels?.[labelKeys.life]),
    state: pod.metadata.deletionTimestamp ? 'leaving' : stateOf(status, failure !== undefined),
    ...optional('failure', failure),
    ...optional('unschedulable', unschedulableOf(status)),
    ...optional('node', typeof node === 'string' ? node : undefined),
    ...optional('createdAt', createdAt),
    ...optional('scheduledAt', sinceTrue(status, 'PodScheduled')),
    ...optional('startedAt', lastStart(status)),
    ...optional('readyAt', sinceTrue(status, 'Ready')),
  }
}

function lifeOf(text: string | undefined): number {
  return text !== undefined && /^[1-9]\d{0,5}$/.test(text) ? Number(text) : 0
}

function optional<Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): { [K in Key]?: Value } {
  return (value === undefined ? {} : { [key]: value }) as { [K in Key]?: Value } // a computed key widens to string
}

function conditionOf(status: Status, type: string): Condition | undefined {
  return status.conditions?.find((condition) => condition.type === type)
}

function sinceTrue(status: Status, type: string): Instant | undefined {
  const condition = conditionOf(status, type)
  return condition?.status === 'True' ? instantOf(condition.lastTransitionTime) : undefined
}

function stateOf(status: Status, isFailing: boolean): PodFact['state'] {
  if (status.phase === 'Failed' || status.phase === 'Succeeded') return 'ended'
  if (isFailing) return 'failing'
  return conditionOf(status, 'Ready')?.status === 'True' ? 'ready' : 'pending'
}

function lastStart(status: Status): Instant | undefined {
  const starts = (status.containerStatuses ?? []).flatMap(
    ({ state }) => instantOf(state?.running?.startedAt) ?? [],
  )
  return starts.length > 0 ? Math.max(...starts) : undefined
}

function unschedulableOf(status: Status): PodFact['unschedulable'] {
  const condition = conditionOf(status, 'PodScheduled')
  if (condition?.status !== 'False' || condition.reason !== 'Unschedulable') return undefined
  const since = instantOf(condition.lastTransitionTime)
  return since === undefined ? undefined : { since, message: condition.message ?? '' }
}

function failureOf(status: Status, createdAt: Instant): PodFact['failure'] {
  const containers = status.containerStatuses ?? []
  if (status.phase === 'Failed' || status.phase === 'Succeeded') {
    const ended = containers.flatMap(({ state }) => state?.terminated ?? [])
    const cause = ended.find(({ exitCode }) => exitCode !== 0) ?? ended[0]
    return {
      reason: status.reason ?? cause?.reason ?? status.phase,
      message: status.message ?? cause?.message ?? exitText(cause?.exitCode),
      at: instantOf(cause?.finishedAt) ?? lastTransition(status) ?? createdAt,
    }
  }
  for (const { name, state, lastState, restartCount } of containers) {
    const reason = FAILING[state?.waiting?.reason ?? '']
    if (reason === undefined) continue
    const before = lastState?.terminated
    const why = before ? `: ${before.reason ?? exitText(before.exitCode)}` : ''
    return {
      reason,
      message: `${name}: ${state?.waiting?.message ?? reason}${why}`,
      at: instantOf(before?.finishedAt) ?? lastTransition(status) ?? createdAt,
      ...optional('restarts', restartCount),
    }
  }
  return undefined
}

const exitText = (code: number | undefined): string =>
  code === undefined ? '' : `exit code ${code}`

function lastTransition(status: Status): Instant | undefined {
  const times = (status.conditions ?? []).flatMap(
    ({ lastTransitionTime }) => instantOf(lastTransitionTime) ?? [],
  )
  return times.length > 0 ? Math.max(...times) : undefined
}
