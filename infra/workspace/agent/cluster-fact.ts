// What the agent keeps of a custom resource. Pure.
import { TraceParent } from '../../../events/envelope.ts'
import type { ClusterId } from '../../../events/ids.ts'
import type { ExecutorRange } from '../../../shared/domain/autoscale.ts'
import { annotationKeys, labelKeys } from '../../../shared/manifests/labels.ts'
import type { KubernetesObject } from '../../../shared/manifests/object.ts'

export interface ClusterFact {
  readonly uid: string
  readonly resourceVersion: string
  readonly name: string
  readonly namespace: string
  readonly cluster: ClusterId
  /** Executors that it wants. */
  readonly wanted: number
  /** Of a cluster whose size follows the load: its range, and the tasks that an executor runs side by side. */
  readonly scale: { readonly range: ExecutorRange; readonly slots: number } | undefined
  /** The idle rule's mark: no new sessions. */
  readonly drain: string | undefined
  /** That it was asked for: those admitted, and the drains in which one was refused. */
  readonly sessions: { readonly admitted: number; readonly refused: number }
  /** W3C trace context of the work that made it, or last changed it. */
  readonly traceparent: string | undefined
}

interface Executors {
  readonly count: number
  readonly size: { readonly cores: number }
  readonly autoscale: ExecutorRange
}

function sessionsOf({ status }: KubernetesObject): ClusterFact['sessions'] {
  const known = status?.['sessions'] as Partial<ClusterFact['sessions']> | undefined // by its schema
  return { admitted: known?.admitted ?? 0, refused: known?.refused ?? 0 }
}

function scaleOf({ autoscale, size }: Partial<Executors>): ClusterFact['scale'] {
  return autoscale && size && { range: autoscale, slots: size.cores }
}

/** Undefined for what is no whole custom resource of ours. */
export function clusterFact(object: KubernetesObject): ClusterFact | undefined {
  const { uid, resourceVersion, name, namespace, labels, annotations } = object.metadata
  const cluster = labels?.[labelKeys.cluster]
  const executors = object.spec?.['executors'] as Partial<Executors> | undefined // by its schema
  const drain = object.spec?.['drain']
  if (!uid || !resourceVersion || !namespace || !cluster || typeof executors?.count !== 'number')
    return undefined
  return {
    uid,
    resourceVersion,
    name,
    namespace,
    cluster,
    wanted: executors.count,
    scale: scaleOf(executors),
    sessions: sessionsOf(object),
    drain: typeof drain === 'string' && drain !== '' ? drain : undefined,
    // Anybody may have written it, and an event with another would be refused.
    traceparent: TraceParent.safeParse(annotations?.[annotationKeys.traceparent]).data,
  }
}
