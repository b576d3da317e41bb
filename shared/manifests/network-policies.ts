// Who a cluster's pods may talk to (R7): each other, DNS, and the public internet through NAT; nothing else, in or out.
// A closed default first, then what is opened; policies only ever add.
import { AGENT_POD, SYSTEM_NAMESPACE } from './agent.ts'
import { dnsEgress, publicEgress } from './egress.ts'
import { labelKeys, type Labels } from './labels.ts'
import type { JsonObject, KubernetesObject } from './object.ts'

const EVERY_POD: JsonObject = {}

function policy(
  name: string,
  namespace: string,
  labels: Labels,
  spec: JsonObject,
): KubernetesObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace, labels },
    spec,
  }
}

/** Nothing in, nothing out. */
export function denyAll(namespace: string, labels: Labels): KubernetesObject {
  return policy('deny-all', namespace, labels, {
    podSelector: EVERY_POD,
    policyTypes: ['Ingress', 'Egress'],
  })
}

export interface ClusterPoliciesInput {
  readonly namespace: string
  readonly labels: Labels
  /** The workspace's address ranges, closed even where they are not private ones. */
  readonly closedRanges: readonly string[]
}

export function clusterPolicies(input: ClusterPoliciesInput): KubernetesObject[] {
  const { namespace, labels, closedRanges } = input
  const named = (name: string, spec: JsonObject): KubernetesObject =>
    policy(name, namespace, labels, spec)
  return [
    denyAll(namespace, labels),
    named('same-cluster', {
      podSelector: EVERY_POD,
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: [{ podSelector: EVERY_POD }] }],
      egress: [{ to: [{ podSelector: EVERY_POD }] }],
    }),
    named('dns', { podSelector: EVERY_POD, policyTypes: ['Egress'], egress: [dnsEgress] }),
    named('internet', {
      podSelector: EVERY_POD,
      policyTypes: ['Egress'],
      egress: [publicEgress(closedRanges)],
    }),
    named('agent', {
      podSelector: { matchLabels: { [labelKeys.role]: 'driver' } },
      policyTypes: ['Ingress'],
      ingress: [
        {
          from: [
            {
              namespaceSelector: {
                matchLabels: { 'kubernetes.io/metadata.name': SYSTEM_NAMESPACE },
              },
              podSelector: { matchLabels: AGENT_POD },
            },
          ],
          ports: [
            { protocol: 'TCP', port: 4040 },
            { protocol: 'TCP', port: 8080 },
          ],
        },
      ],
    }),
  ]
}
