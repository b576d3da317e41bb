// Which nodes a placeholder keeps warm, by the agent's watch of pods. A pod that is being deleted keeps none: a Spark pod
// is taking its place.
import { labelKeys } from '../../../shared/manifests/labels.ts'
import type { KubernetesObject } from '../../../shared/manifests/object.ts'

export interface WarmPods {
  put(pod: KubernetesObject): void
  remove(pod: KubernetesObject): void
  replace(pods: readonly KubernetesObject[]): void
  nodes(): Iterable<string>
}

export function warmPods(): WarmPods {
  const nodeOf = new Map<string, string>()

  function put({
    metadata: { uid = '', labels, deletionTimestamp },
    spec,
  }: KubernetesObject): void {
    const node = spec?.['nodeName']
    const isHolding = labels?.[labelKeys.role] === 'warm' && deletionTimestamp === undefined
    if (isHolding && typeof node === 'string') nodeOf.set(uid, node)
    else nodeOf.delete(uid)
  }

  return {
    put,
    remove: ({ metadata: { uid = '' } }) => void nodeOf.delete(uid),
    replace(pods) {
      nodeOf.clear()
      pods.forEach(put)
    },
    nodes: () => nodeOf.values(),
  }
}
