// What GKE itself runs in every cluster, as far as it gets in others' way: agents on each node, which take room, and
// kube-dns, which needs a pool whose taint it tolerates (rules *room* and *system-taint*).
import { DAEMON_SETS } from '../../../../shared/domain/sizing.ts'
import type {
  JsonObject,
  KubernetesObject,
  OwnerReference,
} from '../../../../shared/manifests/object.ts'
import type { Kubernetes } from '../../../../shared/ports.ts'

const NAMESPACE = 'kube-system'
const NODE_AGENTS = 'gke-node-agents'
const DNS = 'kube-dns'
/** Of GKE's autoscaler for DNS: one for so many nodes, and two at least. */
const NODES_PER_DNS = 16
const DNS_REPLICAS_MIN = 2

/** All of GKE's DaemonSets in one, so that a thousand nodes cost a thousand pods and not ten thousand. */
const AGENTS_SPEC: JsonObject = {
  hostNetwork: true,
  priorityClassName: 'system-node-critical',
  tolerations: [{ operator: 'Exists' }],
  containers: [
    {
      name: 'agents',
      image: 'gke.gcr.io/node-agents',
      resources: {
        requests: { cpu: `${DAEMON_SETS.cpuMilli}m`, memory: `${DAEMON_SETS.memoryMib}Mi` },
      },
    },
  ],
}

function labelled(app: string): { [key: string]: string } {
  return { 'k8s-app': app }
}

export const nodeAgents: KubernetesObject = {
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name: NODE_AGENTS, namespace: NAMESPACE, labels: labelled(NODE_AGENTS) },
  spec: {
    selector: { matchLabels: labelled(NODE_AGENTS) },
    template: { metadata: { labels: labelled(NODE_AGENTS) }, spec: AGENTS_SPEC },
  },
}

export const kubeDns: KubernetesObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: DNS, namespace: NAMESPACE, labels: labelled(DNS) },
  spec: {
    replicas: DNS_REPLICAS_MIN,
    selector: { matchLabels: labelled(DNS) },
    template: {
      metadata: { labels: labelled(DNS) },
      spec: {
        priorityClassName: 'system-cluster-critical',
        tolerations: [
          { key: 'CriticalAddonsOnly', operator: 'Exists' },
          { key: 'components.gke.io/gke-managed-components', operator: 'Exists' },
        ],
        containers: [
          {
            name: 'kubedns',
            image: 'gke.gcr.io/k8s-dns-kube-dns',
            resources: { requests: { cpu: '260m', memory: '110Mi' } },
          },
        ],
      },
    },
  },
}

function dnsReplicas(nodes: number): number {
  return Math.max(DNS_REPLICAS_MIN, Math.ceil(nodes / NODES_PER_DNS))
}

/** Keeps kube-dns as large as the cluster needs. The answer is to be called whenever nodes may have come or gone. */
export function dnsScaling(kubernetes: Pick<Kubernetes, 'patch'>): (nodes: number) => void {
  const { apiVersion, kind, metadata } = kubeDns
  const ref = { apiVersion, kind, namespace: NAMESPACE, name: metadata.name }
  let current = DNS_REPLICAS_MIN
  let wanted = DNS_REPLICAS_MIN
  let isScaling = false

  async function scale(): Promise<void> {
    isScaling = true
    try {
      while (wanted !== current) {
        const replicas = wanted
        await kubernetes.patch(ref, { spec: { replicas } })
        current = replicas
      }
    } catch {
      // The next change of nodes tries again.
    } finally {
      isScaling = false
    }
  }

  return (nodes) => {
    wanted = dnsReplicas(nodes)
    if (!isScaling && wanted !== current) void scale()
  }
}

/** The agents' pod on a node, bound there as the DaemonSet controller does. `owner`: the DaemonSet as it is stored. */
export function agentsPod(node: string, owner: KubernetesObject): KubernetesObject {
  const { name, uid = '' } = owner.metadata
  const reference: OwnerReference = {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name,
    uid,
    controller: true,
  }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${NODE_AGENTS}-${node}`,
      namespace: NAMESPACE,
      labels: labelled(NODE_AGENTS),
      ownerReferences: [reference],
    },
    spec: { ...AGENTS_SPEC, nodeName: node },
  }
}
