// Faults of GKE's operations, and what GKE does by itself.
import { z } from 'zod'
import { chance, cluster, message, once, pool, seconds, standing, times } from './fault.ts'

const type = z
  .enum([
    'CREATE_CLUSTER',
    'DELETE_CLUSTER',
    'UPDATE_CLUSTER',
    'CREATE_NODE_POOL',
    'DELETE_NODE_POOL',
  ])
  .optional()
  .describe('type of operation')

const conditionCodes = [
  'GCE_STOCKOUT',
  'GCE_QUOTA_EXCEEDED',
  'GKE_SERVICE_ACCOUNT_DELETED',
  'CLOUD_KMS_KEY_ERROR',
  'NODE_SERVICE_ACCOUNT_MISSING_PERMISSIONS',
] as const
const condition = z.enum(conditionCodes).optional().describe('the condition that is shown with it')

export const maintenanceTypes = [
  'UPGRADE_MASTER',
  'UPGRADE_NODES',
  'REPAIR_CLUSTER',
  'RESIZE_CLUSTER',
] as const

const collection = z
  .enum(['networks', 'subnetworks', 'routers', 'firewalls'])
  .optional()
  .describe('what kind of thing')

export const operationFaults = {
  'network-operation-fails': standing(
    'Operations of Compute on networks and their parts end with an error, and nothing was done.',
    {
      collection,
      type: z.enum(['insert', 'patch', 'delete']).optional().describe('type of operation'),
    },
    {
      code: z
        .enum([
          'INTERNAL_ERROR',
          'QUOTA_EXCEEDED',
          'IP_SPACE_EXHAUSTED',
          'RESOURCE_IN_USE_BY_ANOTHER_RESOURCE',
        ])
        .default('INTERNAL_ERROR')
        .describe('of the error (INTERNAL_ERROR)'),
      message,
      chance,
      times,
    },
  ),
  'operation-fails': standing(
    'Operations end with an error; what they were to make stays behind in state ERROR.',
    { type, cluster, pool },
    {
      code: z
        .enum([
          'INTERNAL',
          'RESOURCE_EXHAUSTED',
          'ABORTED',
          'PERMISSION_DENIED',
          'INVALID_ARGUMENT',
        ])
        .default('INTERNAL')
        .describe('of the error (INTERNAL)'),
      condition,
      message,
      chance,
      times,
    },
  ),
  'operation-lost': standing(
    'Operations are accepted, and nobody knows of them afterwards.',
    { type, cluster, pool },
    {
      work: z
        .enum(['done', 'undone'])
        .default('undone')
        .describe('whether the work is done all the same (undone)'),
      chance,
      times,
    },
  ),
  'operation-slow': standing(
    'Operations take longer.',
    { type, cluster, pool },
    { seconds: seconds.describe('seconds longer, of cloud time'), times },
  ),
  'operation-quota': standing(
    'How many operations of one GKE cluster may be under way (5); one more is refused (429).',
    { cluster },
    { limit: z.int().min(1).describe('operations') },
  ),
  'operation-alone': standing(
    'Any operation shuts out all others of its GKE cluster, as it does while a stock-out is retried.',
    { cluster },
    {},
  ),
  maintenance: once('GKE works on a cluster by itself for a while, and refuses everybody.', {
    cluster,
    type: z.enum(maintenanceTypes).default('UPGRADE_MASTER').describe('(UPGRADE_MASTER)'),
    seconds: seconds.default(300).describe('how long, of cloud time (300)'),
  }),
  'maintenance-at-random': standing(
    'GKE works on each cluster by itself now and then, and refuses everybody meanwhile.',
    { cluster },
    {
      every: seconds.min(1).default(1800).describe('seconds between, on average (1800)'),
      seconds: seconds.default(300).describe('how long, of cloud time (300)'),
    },
  ),
  'control-plane-resize': standing(
    'GKE gives a cluster a larger control plane when it grows, and refuses everybody meanwhile.',
    { cluster },
    {
      nodes: z
        .int()
        .min(1)
        .default(50)
        .describe('when so many nodes are there, and at each doubling (50)'),
      seconds: seconds.default(240).describe('how long, of cloud time (240)'),
    },
  ),
  'pool-error': standing(
    'Node pools are shown in error.',
    { cluster, pool },
    {
      status: z.enum(['ERROR', 'RUNNING_WITH_ERROR']).default('ERROR').describe('(ERROR)'),
      condition,
      message,
    },
  ),
  'cluster-error': standing(
    'GKE clusters are shown in error.',
    { cluster },
    {
      status: z.enum(['ERROR', 'DEGRADED']).default('DEGRADED').describe('(DEGRADED)'),
      condition,
      message,
    },
  ),
} as const
