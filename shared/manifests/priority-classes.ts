// Which of Kindling's pods the scheduler places first, and who makes way. A node belongs to one pod of one cluster (R9), so no
// Spark pod may push out another: executors are the least important of them, and whoever preempts is no more important. What is
// left for them are the placeholders of warm nodes. Drivers go before executors and never preempt, but for those whose machines
// are kept warm, which cannot have both.
import type { Role } from '../domain/sizing.ts'
import type { Labels } from './labels.ts'
import type { KubernetesObject } from './object.ts'

type Placed = Role | 'agent' | 'warm-driver' | 'warm'

/** The agent has a class of its own because GKE refuses `system-cluster-critical` outside its own namespaces. */
const PRIORITY: Readonly<Record<Placed, number>> = {
  agent: 1_000_000,
  driver: 2000,
  executor: 1000,
  'warm-driver': 1000,
  // Below this GKE's autoscaler brings no nodes for them.
  warm: -10,
}

const PREEMPTS: ReadonlySet<Placed> = new Set<Placed>(['agent', 'executor', 'warm-driver'])

export const priorityClassName = (of: Placed): string => `kindling-${of}`

export function priorityClasses(labels: Labels): KubernetesObject[] {
  return (['agent', 'driver', 'warm-driver', 'executor', 'warm'] as const).map((of) => ({
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name: priorityClassName(of), labels },
    value: PRIORITY[of],
    globalDefault: false,
    preemptionPolicy: PREEMPTS.has(of) ? 'PreemptLowerPriority' : 'Never',
    description: `Kindling: ${of}`,
  }))
}
