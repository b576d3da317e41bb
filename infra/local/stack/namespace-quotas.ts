// The ResourceQuota that GKE puts on every namespace of a small cluster, and puts back when it is deleted (rule
// *quota-conflict*): for as long as the fault `namespace-quota` holds.
import { CallError } from '../../../shared/call-error.ts'
import type { KubernetesObject } from '../../../shared/manifests/object.ts'
import { type FaultBoard, isMeant } from '../google-cloud/faults/fault-board.ts'
import type { Clock, Kubernetes } from '../../../shared/ports.ts'
import { follow } from '../kubernetes/companions/follow.ts'
import { systemNamespaces } from '../kubernetes/namespace-lifecycle.ts'

const NAME = 'gke-resource-quotas'

interface Options {
  readonly faults: FaultBoard
  readonly place: { readonly path: string; readonly name: string }
  /** As GKE. */
  readonly kubernetes: Kubernetes
  readonly clock: Clock
}

/** Answers a function that ends it. */
export function keepNamespaceQuotas({ faults, place, kubernetes, clock }: Options): () => void {
  let running: { readonly pods: number; end(): void } | undefined

  const put = (namespace: string, pods: number): Promise<void> =>
    ignoring(() => kubernetes.create(quotaOf(namespace, pods)))
  const remove = (namespace: string): Promise<void> =>
    ignoring(() =>
      kubernetes.delete({ apiVersion: 'v1', kind: 'ResourceQuota', namespace, name: NAME }),
    )

  function begin(pods: number): { readonly pods: number; end(): void } {
    const stopped = new AbortController()
    const { signal } = stopped
    const namespaces = new Set<string>()
    const common = { kubernetes, clock, signal }
    void follow({
      ...common,
      kind: { apiVersion: 'v1', kind: 'Namespace' },
      onSet({ metadata: { name, deletionTimestamp } }) {
        if (systemNamespaces.includes(name) || deletionTimestamp || namespaces.has(name)) return
        namespaces.add(name)
        void put(name, pods)
      },
      onGone: ({ metadata }) => void namespaces.delete(metadata.name),
    })
    void follow({
      ...common,
      kind: { apiVersion: 'v1', kind: 'ResourceQuota' },
      onSet: () => undefined,
      onGone({ metadata: { name, namespace = '' } }) {
        if (name === NAME && namespaces.has(namespace)) void put(namespace, pods)
      },
    })
    return {
      pods,
      end() {
        stopped.abort(new Error('no quota of GKE any more'))
        for (const namespace of namespaces) void remove(namespace)
      },
    }
  }

  function apply(): void {
    const { path, name } = place
    const fault = faults.all('namespace-quota').find((each) => isMeant(each.cluster, path, name))
    if (fault?.pods === running?.pods) return
    running?.end()
    running = fault && begin(fault.pods)
  }

  const forget = faults.onChange(apply)
  apply()
  return () => {
    forget()
    running?.end()
  }
}

async function ignoring(call: () => Promise<unknown>): Promise<void> {
  try {
    await call()
  } catch (error) {
    // It is there already, or its namespace is on its way out.
    if (!(error instanceof CallError)) throw error
  }
}

function quotaOf(namespace: string, pods: number): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: NAME, namespace },
    spec: { hard: { pods: String(pods) } },
  }
}
