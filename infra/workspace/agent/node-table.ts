// When each node became Ready: the one thing that the timeline of a launch needs to know of nodes.
import type { Instant } from '../../../shared/domain/time.ts'
import type { KubernetesObject } from '../../../shared/manifests/object.ts'
import { instantOf } from './pod-fact.ts'
import { sharpened } from './sharpened.ts'

export interface NodeTable {
  readyAt(node: string): Instant | undefined
  replace(nodes: readonly KubernetesObject[]): void
  put(node: KubernetesObject): void
  remove(node: KubernetesObject): void
}

interface Condition {
  readonly type: string
  readonly status: string
  readonly lastTransitionTime?: string
}

/** `now`: when what is put is seen. */
export function nodeTable(now: () => Instant): NodeTable {
  const readyAt = new Map<string, Instant>()

  function put(node: KubernetesObject): void {
    const conditions = (node.status?.['conditions'] ?? []) as unknown as readonly Condition[] // by its schema
    const ready = conditions.find(({ type, status }) => type === 'Ready' && status === 'True')
    const before = readyAt.get(node.metadata.name)
    const at = sharpened(instantOf(ready?.lastTransitionTime), now(), before)
    // One that stops being ready was still ready then.
    if (at !== undefined) readyAt.set(node.metadata.name, at)
  }

  return {
    readyAt: (node) => readyAt.get(node),
    replace(nodes) {
      readyAt.clear()
      nodes.forEach(put)
    },
    put,
    remove: (node) => void readyAt.delete(node.metadata.name),
  }
}
