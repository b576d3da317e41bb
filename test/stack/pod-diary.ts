// Every pod of clusters that there ever was in a simulated GKE cluster, by name: more than one uid under a name is a pod that
// was made twice. Heard from the cluster's own watch.
import type { WireStack } from '../../infra/local/stack/wire-stack.ts'
import { follow } from '../../infra/local/kubernetes/companions/follow.ts'
import { SYSTEM_NAMESPACE } from '../../shared/manifests/agent.ts'
import type { Clock } from '../../shared/ports.ts'
import { clusterAccess } from './cluster-access.ts'

export interface PodDiary {
  /** `namespace/name` of each, in order. */
  names(): string[]
  /** Names that more than one pod has had. */
  madeTwice(): string[]
  stop(): void
}

/** Kindling's own pods, and GKE's. */
const OTHERS: ReadonlySet<string> = new Set([SYSTEM_NAMESPACE, 'kube-system'])

/** The stack must have one GKE cluster. */
export async function keepPodDiary(stack: WireStack, clock: Clock): Promise<PodDiary> {
  const access = await clusterAccess(stack, clock)
  const seen = new Map<string, Set<string>>()
  const over = new AbortController()
  void follow({
    kubernetes: access.kubernetes,
    clock,
    kind: { apiVersion: 'v1', kind: 'Pod' },
    signal: over.signal,
    onSet({ metadata: { namespace = '', name: pod, uid = '' } }) {
      if (OTHERS.has(namespace)) return
      const name = `${namespace}/${pod}`
      seen.set(name, (seen.get(name) ?? new Set()).add(uid))
    },
    onGone: () => undefined,
  })
  return {
    names: () => [...seen.keys()].toSorted(),
    madeTwice: () => [...seen].flatMap(([name, uids]) => (uids.size > 1 ? name : [])),
    stop() {
      over.abort()
      access.close()
    },
  }
}
