// What the agent keeps of a custom resource. Pure.
import type { ClusterId } from '../../../events/ids.ts'
import { labelKeys } from '../../../shared/manifests/labels.ts'
import type { KubernetesObject } from '../../../shared/manifests/object.ts'

export interface ClusterFact {
  readonly uid: string
  readonly name: string
  readonly namespace: string
  readonly cluster: ClusterId
  /** Executors that it wants. */
  readonly wanted: number
  /** The idle rule's mark: no new sessions. */
  readonly drain: string | undefined
}

/** Undefined for what is no whole custom resource of ours. */
export function clusterFact(object: KubernetesObject): ClusterFact | undefined {
  const { uid, name, namespace, labels } = object.metadata
  const cluster = labels?.[labelKeys.cluster]
  const executors = object.spec?.['executors'] as { readonly count?: unknown } | undefined // by its schema
  const drain = object.spec?.['drain']
  if (!uid || !namespace || !cluster || typeof executors?.count !== 'number') return undefined
  return {
    uid,
    name,
    namespace,
    cluster,
    wanted: executors.count,
    drain: typeof drain === 'string' && drain !== '' ? drain : undefined,
  }
}
