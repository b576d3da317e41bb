// Whether a pod may run on a node, by the scheduler's rules: labels, taints, room.
import type { NodeSelectorTerm, PodSpec, Room, Toleration } from './pod-view.ts'

export interface NodeTaint {
  readonly key: string
  readonly value?: string
  readonly effect: string
}

export type Labels = Readonly<Record<string, string>>

function tolerates(toleration: Toleration, taint: NodeTaint): boolean {
  if (
    toleration.effect !== undefined &&
    toleration.effect !== '' &&
    toleration.effect !== taint.effect
  )
    return false
  if (toleration.operator === 'Exists')
    return toleration.key === undefined || toleration.key === '' || toleration.key === taint.key
  return toleration.key === taint.key && (toleration.value ?? '') === (taint.value ?? '')
}

/** Whether every taint that keeps pods away is tolerated. */
export function toleratesAll(spec: PodSpec, taints: readonly NodeTaint[]): boolean {
  return taints.every(
    (taint) =>
      taint.effect === 'PreferNoSchedule' ||
      (spec.tolerations ?? []).some((toleration) => tolerates(toleration, taint)),
  )
}

function matches(term: NodeSelectorTerm, labels: Labels): boolean {
  return (term.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
    const value = labels[key]
    switch (operator) {
      case 'In':
        return value !== undefined && values.includes(value)
      case 'NotIn':
        return value === undefined || !values.includes(value)
      case 'Exists':
        return value !== undefined
      case 'DoesNotExist':
        return value === undefined
      case 'Gt':
        return Number(value) > Number(values[0])
      case 'Lt':
        return Number(value) < Number(values[0])
      default:
        return false
    }
  })
}

export function selects(spec: PodSpec, labels: Labels): boolean {
  const selected = Object.entries(spec.nodeSelector ?? {}).every(
    ([key, value]) => labels[key] === value,
  )
  if (!selected) return false
  const terms =
    spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms
  return terms === undefined || terms.some((term) => matches(term, labels))
}

/** How many pods with these requests the room takes. */
export function timesFits(room: Room, requests: Room): number {
  const times = [room.pods / requests.pods]
  if (requests.cpuMilli > 0) times.push(room.cpuMilli / requests.cpuMilli)
  if (requests.memoryBytes > 0) times.push(room.memoryBytes / requests.memoryBytes)
  return Math.max(0, Math.floor(Math.min(...times)))
}

export function minus(room: Room, requests: Room, times = 1): Room {
  return {
    cpuMilli: room.cpuMilli - requests.cpuMilli * times,
    memoryBytes: room.memoryBytes - requests.memoryBytes * times,
    pods: room.pods - requests.pods * times,
  }
}
