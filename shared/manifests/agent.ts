// The workspace agent inside the GKE cluster: its namespace, identity, rights and Deployment. It may read pods, nodes and
// Spark clusters, write the status of Spark clusters, and hold its Lease. It may create, change or delete no pod.
import { labelKeys, MANAGED_BY, SYSTEM_POOL, SYSTEM_TAINT, type Labels } from './labels.ts'
import type { JsonObject, KubernetesObject } from './object.ts'
import { dnsEgress, METADATA_ADDRESS, publicEgress } from './egress.ts'
import { restrictedContainer, restrictedPod } from './pod-security.ts'
import { priorityClassName } from './priority-classes.ts'

export const SYSTEM_NAMESPACE = 'kindling-system'
export const AGENT = 'kindling-agent'
/** The agent as the API server sees it. */
export const AGENT_USER = `system:serviceaccount:${SYSTEM_NAMESPACE}:${AGENT}`
/** The Lease that the agent which speaks holds, and leaves its meter in. */
export const AGENT_LEASE = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  namespace: SYSTEM_NAMESPACE,
  name: AGENT,
} as const
/** Selects the agent's pods from other namespaces' policies. */
export const AGENT_POD = { 'app.kubernetes.io/name': AGENT }

/** Where the agent says how it is: alive, and with its lists complete. Only the kubelet asks. */
export const AGENT_HEALTH = { port: 8081, live: '/livez', ready: '/readyz' } as const

/** Where the agent says whether a session may be opened. Only the gateway asks. */
export const AGENT_SESSIONS = { port: 8082, path: '/v1/sessions' } as const
/** The pods through which users' sessions come, in the agent's namespace. */
const GATEWAY_POD = { 'app.kubernetes.io/name': 'kindling-gateway' }

export interface AgentInput {
  readonly labels: Labels
  readonly image: string
  /** The workspace's own topic, which only this agent may publish to. */
  readonly topic: string
  /** The project that the topic is in. */
  readonly project: string
}

export function agentObjects(input: AgentInput): KubernetesObject[] {
  const { labels } = input
  const inNamespace = { name: AGENT, namespace: SYSTEM_NAMESPACE, labels }
  const subjects = [{ kind: 'ServiceAccount', name: AGENT, namespace: SYSTEM_NAMESPACE }]
  const rbac = 'rbac.authorization.k8s.io/v1'
  const roleRef = (kind: string) => ({ apiGroup: 'rbac.authorization.k8s.io', kind, name: AGENT })
  return [
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: inNamespace,
      automountServiceAccountToken: false,
    },
    { apiVersion: rbac, kind: 'ClusterRole', metadata: { name: AGENT, labels }, rules: READS },
    {
      apiVersion: rbac,
      kind: 'ClusterRoleBinding',
      metadata: { name: AGENT, labels },
      roleRef: roleRef('ClusterRole'),
      subjects,
    },
    { apiVersion: rbac, kind: 'Role', metadata: inNamespace, rules: LEASE },
    {
      apiVersion: rbac,
      kind: 'RoleBinding',
      metadata: inNamespace,
      roleRef: roleRef('Role'),
      subjects,
    },
    agentDeployment(input),
    agentBudget(labels),
    agentPolicy(labels),
  ]
}

const rule = (apiGroup: string, resource: string, verbs: readonly string[]): JsonObject => ({
  apiGroups: [apiGroup],
  resources: [resource],
  verbs,
})
const FOLLOW = ['list', 'watch']
/** Each is used (test/laws/rights.test.ts). */
const READS: readonly JsonObject[] = [
  rule('', 'pods', FOLLOW),
  rule('', 'nodes', FOLLOW),
  rule('kindling.dev', 'sparkclusters', ['get', ...FOLLOW]),
  rule('kindling.dev', 'sparkclusters/status', ['patch']),
]
const LEASE: readonly JsonObject[] = [
  rule('coordination.k8s.io', 'leases', ['create']),
  { ...rule('coordination.k8s.io', 'leases', ['get', 'patch']), resourceNames: [AGENT] },
]

const probe = (path: string): JsonObject => ({
  httpGet: { path, port: 'health' },
  timeoutSeconds: 2,
})

function agentDeployment({ labels, image, topic, project }: AgentInput): KubernetesObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: AGENT, namespace: SYSTEM_NAMESPACE, labels },
    spec: {
      replicas: 1,
      // Never two at once: the second would only wait for the Lease.
      strategy: { type: 'Recreate' },
      selector: { matchLabels: AGENT_POD },
      template: {
        metadata: { labels: { ...AGENT_POD, [labelKeys.managedBy]: MANAGED_BY } },
        spec: {
          ...restrictedPod,
          serviceAccountName: AGENT,
          automountServiceAccountToken: true,
          priorityClassName: priorityClassName('agent'),
          nodeSelector: { [labelKeys.pool]: SYSTEM_POOL },
          tolerations: [{ ...SYSTEM_TAINT, operator: 'Equal', effect: 'NoSchedule' }],
          containers: [
            {
              ...restrictedContainer,
              name: 'agent',
              image,
              env: [
                { name: 'KINDLING_PROJECT', value: project },
                { name: 'KINDLING_TOPIC', value: topic },
                { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
              ],
              ports: [
                { name: 'health', containerPort: AGENT_HEALTH.port },
                { name: 'sessions', containerPort: AGENT_SESSIONS.port },
              ],
              // A large workspace takes a while to list for the first time.
              startupProbe: { ...probe(AGENT_HEALTH.live), periodSeconds: 2, failureThreshold: 60 },
              livenessProbe: {
                ...probe(AGENT_HEALTH.live),
                periodSeconds: 15,
                failureThreshold: 4,
              },
              readinessProbe: { ...probe(AGENT_HEALTH.ready), periodSeconds: 5 },
              resources: {
                requests: { cpu: '100m', memory: '256Mi', 'ephemeral-storage': '64Mi' },
                limits: { cpu: '1', memory: '512Mi', 'ephemeral-storage': '256Mi' },
              },
            },
          ],
        },
      },
    },
  }
}

/**
 * Says that nodes may be emptied of it, one at a time, also when it is not well: with one pod at a time anything stricter
 * would hold up every upgrade of the system pool, and without it the autoscaler could not move it at all.
 */
function agentBudget(labels: Labels): KubernetesObject {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: AGENT, namespace: SYSTEM_NAMESPACE, labels },
    spec: {
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
      selector: { matchLabels: AGENT_POD },
    },
  }
}

/** In the otherwise closed system namespace the agent answers the gateway, and reaches DNS, Google, its identity, the API, and drivers' Spark UI. */
function agentPolicy(labels: Labels): KubernetesObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: AGENT, namespace: SYSTEM_NAMESPACE, labels },
    spec: {
      podSelector: { matchLabels: AGENT_POD },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        {
          from: [{ podSelector: { matchLabels: GATEWAY_POD } }],
          ports: [{ protocol: 'TCP', port: AGENT_SESSIONS.port }],
        },
      ],
      egress: [
        dnsEgress,
        publicEgress(),
        {
          to: [{ ipBlock: { cidr: METADATA_ADDRESS } }],
          ports: [{ protocol: 'TCP', port: 80 }],
        },
        // Before translation, where the older data path sees the metadata server.
        {
          to: [{ ipBlock: { cidr: '169.254.169.252/32' } }],
          ports: [{ protocol: 'TCP', port: 987, endPort: 988 }],
        },
        // The API server's address inside the cluster is a private one that nobody chose.
        { to: [{ ipBlock: { cidr: '0.0.0.0/0' } }], ports: [{ protocol: 'TCP', port: 443 }] },
        {
          to: [
            {
              namespaceSelector: { matchLabels: { [labelKeys.managedBy]: MANAGED_BY } },
              podSelector: { matchLabels: { [labelKeys.role]: 'driver' } },
            },
          ],
          ports: [
            { protocol: 'TCP', port: 4040 },
            { protocol: 'TCP', port: 8080 },
          ],
        },
      ],
    },
  }
}
