// A share of the Kubernetes API for Kindling's identity, queued by namespace (rule *fairness*), so that the creates of a
// 1,000-pod launch do not stand in front of a 10-pod one.
import type { Labels } from './labels.ts'
import type { KubernetesObject } from './object.ts'

const NAME = 'kindling'

/** Before `service-accounts` (9000) and `global-default` (9900), after the system's own schemas. */
const PRECEDENCE = 1000

export function apiFairness(labels: Labels, serviceAccount: string): KubernetesObject[] {
  const apiVersion = 'flowcontrol.apiserver.k8s.io/v1'
  return [
    {
      apiVersion,
      kind: 'PriorityLevelConfiguration',
      metadata: { name: NAME, labels },
      spec: {
        type: 'Limited',
        limited: {
          nominalConcurrencyShares: 40,
          limitResponse: {
            type: 'Queue',
            queuing: { queues: 64, handSize: 6, queueLengthLimit: 50 },
          },
        },
      },
    },
    {
      apiVersion,
      kind: 'FlowSchema',
      metadata: { name: NAME, labels },
      spec: {
        priorityLevelConfiguration: { name: NAME },
        matchingPrecedence: PRECEDENCE,
        distinguisherMethod: { type: 'ByNamespace' },
        rules: [
          {
            subjects: [{ kind: 'User', user: { name: serviceAccount } }],
            resourceRules: [
              {
                verbs: ['*'],
                apiGroups: ['*'],
                resources: ['*'],
                clusterScope: true,
                namespaces: ['*'],
              },
            ],
          },
        ],
      },
    },
  ]
}
