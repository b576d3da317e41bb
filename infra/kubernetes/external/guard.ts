// Whether a cluster that somebody's kubeconfig points to may be used: one of this machine, or one that says that it is for
// tests; and without anything of Kindling in it that this run would take for its own.
import { CallError } from '../../../shared/call-error.ts'
import type { KubernetesEndpoint } from '../../../shared/clients/kubernetes-connection.ts'
import { serverUrl } from '../../../shared/clients/kubernetes-request.ts'
import { MANAGED_SELECTOR } from '../../../shared/manifests/labels.ts'
import type { Kubernetes } from '../../../shared/ports.ts'
import { markedKinds, RUN_LABEL, runKinds } from './remains.ts'

/** On a ConfigMap of the namespace `default`. */
const MARKER = 'kindling.dev/test-cluster=true'
const LOOPBACK = /^(127(\.\d+){3}|localhost|\[::1\])$/

/** Throws `invalid`, in one line that says how to mend it, and what the calls throw. */
export async function checkExternal(
  { server }: Pick<KubernetesEndpoint, 'server'>,
  kubernetes: Kubernetes,
): Promise<void> {
  if (!LOOPBACK.test(serverUrl(server).hostname)) {
    const kind = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default' }
    const { items } = await kubernetes.list(kind, { labelSelector: MARKER, limit: 1 })
    if (items.length === 0)
      throw new CallError(
        'invalid',
        `${server} is neither on this machine nor marked as a test cluster: if it may be used, kubectl -n default create configmap kindling-test && kubectl -n default label configmap kindling-test ${MARKER}`,
      )
  }
  const ours = markedKinds.map((kind) => [kind, MANAGED_SELECTOR] as const)
  const ofRuns = runKinds.map((kind) => [kind, RUN_LABEL] as const)
  for (const [kind, labelSelector] of [...ours, ...ofRuns]) {
    const { items } = await kubernetes.list(kind, { labelSelector, limit: 1 })
    const [found] = items
    if (found)
      throw new CallError(
        'invalid',
        `${server} has a Kindling already, such as ${kind.kind} ${found.metadata.name}: use another cluster, or remove what has the label ${labelSelector}`,
      )
  }
}
