// Ways out that network policies open. On Dataplane V2 an ipBlock never matches a pod, so DNS needs both spellings.
import type { JsonObject } from './object.ts'

/** The metadata server, which also answers DNS where the cluster uses Cloud DNS. */
export const METADATA_ADDRESS = '169.254.169.254/32'
const NODE_LOCAL_DNS = '169.254.20.10/32'

const kubeSystemPods = (app: string): JsonObject => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
  podSelector: { matchLabels: { 'k8s-app': app } },
})

/** DNS to its four possible peers (rule *dns-and-policy*). Port 53 only: port 80 of the metadata address stays closed. */
export const dnsEgress: JsonObject = {
  to: [
    kubeSystemPods('kube-dns'),
    kubeSystemPods('node-local-dns'),
    { ipBlock: { cidr: NODE_LOCAL_DNS } },
    { ipBlock: { cidr: METADATA_ADDRESS } },
  ],
  ports: [
    { protocol: 'UDP', port: 53 },
    { protocol: 'TCP', port: 53 },
  ],
}

/** Private, shared (pods and nodes by default) and link-local addresses: never "the internet". */
const NOT_PUBLIC = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '169.254.0.0/16',
]

/** Out through NAT or to Google's public services (R7). `closed`: the workspace's own ranges, which customers may choose. */
export function publicEgress(closed: readonly string[] = []): JsonObject {
  return {
    to: [
      { ipBlock: { cidr: '0.0.0.0/0', except: [...new Set([...NOT_PUBLIC, ...closed])].sort() } },
    ],
  }
}
