// Faults of calls to Google's APIs: refused, lost, or not answered.
import { z } from 'zod'
import type { Gke, Network } from '../../../../shared/google-ports.ts'
import { chance, message, project, service, standing, times } from './fault.ts'

/** Of the ports to Google's APIs, as they are named in faults. */
export const gkeMethods = [
  'getCluster',
  'listClusters',
  'createCluster',
  'updateCluster',
  'setMaintenancePolicy',
  'deleteCluster',
  'getNodePool',
  'listNodePools',
  'createNodePool',
  'deleteNodePool',
  'getOperation',
] as const satisfies readonly (keyof Gke)[]
export const networkMethods = [
  'listZones',
  'listQuotas',
  'hasMachineType',
  'get',
  'list',
  'insert',
  'patch',
  'delete',
  'getOperation',
] as const satisfies readonly (keyof Network)[]

const method = z
  .enum([...new Set([...gkeMethods, ...networkMethods])])
  .optional()
  .describe('one call, such as createNodePool')

export const callFaults = {
  'api-disabled': standing(
    "An API is not enabled in the customer's project: every call is denied and says so.",
    { project, service },
    {},
  ),
  'permission-denied': standing(
    'A permission is missing: the calls that need it are denied.',
    {
      project,
      serviceAccount: z.string().min(1).optional().describe('whose (everybody)'),
      permission: z
        .string()
        .min(1)
        .optional()
        .describe('all of it or its beginning: container.clusters.create, compute'),
    },
    {},
  ),
  'rate-limit': standing(
    'Calls are refused because there were too many (429).',
    { service, method },
    { chance, times },
  ),
  unavailable: standing(
    'Calls fail, and nothing was done (503).',
    { service, method },
    { chance, times, message },
  ),
  'answer-lost': standing(
    'Mutating calls take effect, and their answers never come.',
    { service, method },
    { chance, times },
  ),
} as const
