// Which of Kindling's pods the scheduler places first. Spark pods never preempt: a node belongs to one pod of one cluster (R9),
// and no cluster's driver may push out another cluster's executor.
import type { Role } from '../domain/sizing.ts'
import type { Labels } from './labels.ts'
import type { KubernetesObject } from './object.ts'

type Placed = Role | 'agent'

/** The agent has a class of its own because GKE refuses `system-cluster-critical` outside its own namespaces. */
const PRIORITY: Readonly<Record<Placed, number>> = {
  agent: 1_000_000,
  driver: 2000,
  executor: 1000,
}

export const priorityClassName = (of: Placed): string => `kindling-${of}`

export function priorityClasses(labels: Labels): KubernetesObject[] {
  return (['agent', 'driver', 'executor'] as const).map((of) => ({
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name: priorityClassName(of), labels },
    value: PRIORITY[of],
    globalDefault: false,
    preemptionPolicy: of === 'agent' ? 'PreemptLowerPriority' : 'Never',
    description: `Kindling: ${of}`,
  }))
}
