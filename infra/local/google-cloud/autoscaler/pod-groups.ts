// Which pending pods the autoscaler may treat as one (rule *like-pods*): the same controller, labels and spec. All others
// cost it a look each, so only so many of them are looked at in one scan.
import type { KubernetesObject } from '../../../../shared/manifests/object.ts'
import { controllerOf, podRequests, podSpec, type PodSpec, type Room } from '../nodes/pod-view.ts'

export interface PodGroup {
  readonly spec: PodSpec
  readonly requests: Room
  /** At least one. */
  readonly pods: readonly KubernetesObject[]
}

/** kubernetes/autoscaler, core/scaleup/equivalence/groups.go. */
const GROUPS_PER_OWNER = 10

/** Stands for the autoscaler's time limit: how many pods without a group one scan gets through. */
const SINGLES_PER_SCAN = 100

/** The volume with the service account's token is named at random for each pod; autoscalers look past it. */
const TOKEN_VOLUME = /kube-api-access-[a-z0-9]{5}/g

const keysOfSpecs = new WeakMap<object, string>()

function specKey(spec: PodSpec): string {
  let key = keysOfSpecs.get(spec)
  if (key === undefined) {
    key = JSON.stringify(spec).replaceAll(TOKEN_VOLUME, 'kube-api-access')
    keysOfSpecs.set(spec, key)
  }
  return key
}

export function podGroups(pods: readonly KubernetesObject[]): PodGroup[] {
  const byOwner = new Map<string, Map<string, KubernetesObject[]>>()
  const singles: KubernetesObject[] = []
  for (const pod of pods) {
    const owner = controllerOf(pod)
    if (!owner) {
      singles.push(pod)
      continue
    }
    const groups = byOwner.get(owner.uid) ?? new Map<string, KubernetesObject[]>()
    byOwner.set(owner.uid, groups)
    const key = `${pod.metadata.namespace} ${JSON.stringify(pod.metadata.labels)} ${specKey(podSpec(pod))}`
    const group = groups.get(key)
    if (group) group.push(pod)
    else if (groups.size < GROUPS_PER_OWNER) groups.set(key, [pod])
    else singles.push(pod)
  }
  const alike = [...byOwner.values()].flatMap((groups) => [...groups.values()])
  const alone = singles.slice(0, SINGLES_PER_SCAN).map((pod) => [pod])
  return [...alike, ...alone].flatMap((group) => {
    const [first] = group
    if (!first) return []
    const spec = podSpec(first)
    return [{ spec, requests: podRequests(spec), pods: group }]
  })
}
