// What a run leaves in a cluster that is not its own, and how it is taken away again: what bears Kindling's mark, and what bears
// the run's label.
import { CallError } from '../../../shared/call-error.ts'
import { MANAGED_SELECTOR } from '../../../shared/manifests/labels.ts'
import type { KindRef } from '../../../shared/manifests/object.ts'
import type { Clock, Kubernetes } from '../../../shared/ports.ts'

/** On what the simulated cloud has made there; its value is the run's prefix. */
export const RUN_LABEL = 'kindling.dev/run'
const NAMESPACES: KindRef = { apiVersion: 'v1', kind: 'Namespace' }

const rbac = 'rbac.authorization.k8s.io/v1'
const fairness = 'flowcontrol.apiserver.k8s.io/v1'

/** What of Kindling's stands in no namespace, and the namespaces, which take all else with them. */
export const markedKinds: readonly KindRef[] = [
  NAMESPACES,
  { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' },
  { apiVersion: rbac, kind: 'ClusterRole' },
  { apiVersion: rbac, kind: 'ClusterRoleBinding' },
  { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass' },
  { apiVersion: fairness, kind: 'FlowSchema' },
  { apiVersion: fairness, kind: 'PriorityLevelConfiguration' },
]

/** What the simulated cloud itself puts there; each bears the run's label. */
export const runKinds: readonly KindRef[] = [
  { apiVersion: 'v1', kind: 'Node' },
  { apiVersion: rbac, kind: 'ClusterRole' },
  { apiVersion: rbac, kind: 'ClusterRoleBinding' },
]

const LOOK_MS = 200
const LIMIT_MS = 60_000

/** Throws `unavailable` when namespaces do not go, and what the calls throw. */
export async function removeRemains(kubernetes: Kubernetes, clock: Clock): Promise<void> {
  const find = async (kind: KindRef, labelSelector: string): Promise<readonly string[]> =>
    (await kubernetes.list(kind, { labelSelector })).items.map(({ metadata }) => metadata.name)
  const remove = async (kind: KindRef, labelSelector: string): Promise<void> => {
    for (const name of await find(kind, labelSelector))
      await kubernetes.delete({ ...kind, name }).catch(unlessGone)
  }
  for (const kind of markedKinds) await remove(kind, MANAGED_SELECTOR)
  const limit = clock.now() + LIMIT_MS
  for (;;) {
    const namespaces = await find(NAMESPACES, MANAGED_SELECTOR)
    if (namespaces.length === 0) break
    if (clock.now() > limit)
      throw new CallError('unavailable', `namespaces do not go: ${namespaces.join(', ')}`)
    // Whoever plays their nodes may have gone already.
    for (const namespace of namespaces) await forcePods(kubernetes, namespace)
    await clock.sleep(LOOK_MS)
  }
  for (const kind of runKinds) await remove(kind, RUN_LABEL)
}

async function forcePods(kubernetes: Kubernetes, namespace: string): Promise<void> {
  const kind = { apiVersion: 'v1', kind: 'Pod', namespace }
  for (const { metadata } of (await kubernetes.list(kind)).items)
    await kubernetes
      .delete({ ...kind, name: metadata.name }, { gracePeriodSeconds: 0 })
      .catch(unlessGone)
}

function unlessGone(error: unknown): void {
  if (!(error instanceof CallError && error.kind === 'not-found')) throw error
}
