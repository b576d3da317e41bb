// Drills: Google refuses, or its operations go wrong.
import type { Drill } from './drill.ts'

export const refusalDrills: readonly Drill[] = [
  {
    name: 'no permission to make a network',
    of: 'workspace',
    faults: [{ name: 'permission-denied', parameters: { permission: 'compute.networks.create' } }],
    ends: 'GCP_FORBIDDEN',
    isSoon: true,
  },
  {
    name: 'no permission to make a GKE cluster',
    of: 'workspace',
    faults: [
      { name: 'permission-denied', parameters: { permission: 'container.clusters.create' } },
    ],
    ends: 'GCP_FORBIDDEN',
    isSoon: true,
  },
  {
    name: 'the Compute API is disabled',
    of: 'workspace',
    faults: [{ name: 'api-disabled', parameters: { service: 'compute' } }],
    ends: 'GCP_API_DISABLED',
    isSoon: true,
    isMended: true,
    isShort: true,
  },
  {
    name: 'the Kubernetes Engine API is disabled',
    of: 'workspace',
    faults: [{ name: 'api-disabled', parameters: { service: 'container' } }],
    ends: 'GCP_API_DISABLED',
    isSoon: true,
    isMended: true,
  },
  {
    name: 'too many calls',
    of: 'cluster',
    faults: [{ name: 'rate-limit', parameters: { method: 'createNodePool', times: 3 } }],
  },
  {
    name: 'calls that fail half of the time',
    of: 'cluster',
    faults: [{ name: 'unavailable', parameters: { chance: 0.5, times: 3 } }],
  },
  {
    name: "GKE's own maintenance in the way",
    of: 'cluster',
    faults: [{ name: 'maintenance', parameters: { seconds: 300 } }],
  },
  {
    name: 'a control plane that is resized while the cluster grows',
    of: 'cluster',
    faults: [{ name: 'control-plane-resize', parameters: { nodes: 4 } }],
  },
  {
    name: 'an operation that shuts out all others',
    of: 'cluster',
    faults: [{ name: 'operation-alone' }],
  },
  {
    name: 'a GKE cluster that cannot be made',
    of: 'workspace',
    faults: [{ name: 'operation-fails', parameters: { type: 'CREATE_CLUSTER' } }],
    ends: 'CLOUD_PROVIDER_LAUNCH_FAILURE',
    isSoon: true,
    isShort: true,
  },
  {
    name: 'a node pool in error',
    of: 'cluster',
    faults: [
      {
        name: 'operation-fails',
        parameters: { type: 'CREATE_NODE_POOL', condition: 'GKE_SERVICE_ACCOUNT_DELETED' },
      },
    ],
    ends: 'GCP_SERVICE_ACCOUNT_DELETED',
    isShort: true,
    isSoon: true,
  },
  {
    name: 'an operation that is lost, and its work with it',
    of: 'cluster',
    faults: [
      {
        name: 'operation-lost',
        parameters: { type: 'CREATE_NODE_POOL', work: 'undone', times: 1 },
      },
    ],
  },
  {
    name: 'an operation that is lost, and its work is done',
    of: 'cluster',
    faults: [
      { name: 'operation-lost', parameters: { type: 'CREATE_NODE_POOL', work: 'done', times: 1 } },
    ],
  },
  {
    name: 'an answer that is lost',
    of: 'cluster',
    faults: [{ name: 'answer-lost', parameters: { method: 'createNodePool', times: 2 } }],
  },
]
