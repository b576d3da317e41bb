// What Kindling installs once in a workspace's GKE cluster, in the order in which it is created (design section 3).
import { agentObjects, SYSTEM_NAMESPACE } from './agent.ts'
import { apiFairness } from './api-fairness.ts'
import { workspaceMark } from './labels.ts'
import type { WorkspaceIds } from '../domain/names.ts'
import type { KubernetesObject } from './object.ts'
import { restrictedNamespace } from './pod-security.ts'
import { priorityClasses } from './priority-classes.ts'
import { sparkClusterDefinition } from './spark-cluster-crd.ts'
import { denyAll } from './network-policies.ts'

export interface WorkspaceServicesInput extends WorkspaceIds {
  readonly life: number
  /** Kindling's identity for this workspace, as the API server sees it. */
  readonly serviceAccount: string
  readonly agentImage: string
  readonly topic: string
  /** The project that the topic is in. */
  readonly project: string
}

export function workspaceServices(input: WorkspaceServicesInput): KubernetesObject[] {
  const labels = workspaceMark(input, input.life)
  return [
    sparkClusterDefinition(labels),
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: SYSTEM_NAMESPACE, labels: { ...labels, ...restrictedNamespace } },
    },
    ...priorityClasses(labels),
    ...apiFairness(labels, input.serviceAccount),
    denyAll(SYSTEM_NAMESPACE, labels),
    // Nobody has anything to do there.
    denyAll('default', labels),
    ...agentObjects({
      labels,
      image: input.agentImage,
      topic: input.topic,
      project: input.project,
    }),
  ]
}
