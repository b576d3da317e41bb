// The container API's ways to say no, in its own words (GCP facts 1.4).
import { Refusal } from '../refusal.ts'

const CLUSTER_DOING: Readonly<Record<string, string>> = {
  CREATE_CLUSTER: 'creating',
  DELETE_CLUSTER: 'deleting',
  CREATE_NODE_POOL: 'creating a node pool for',
  DELETE_NODE_POOL: 'deleting a node pool for',
  UPGRADE_MASTER: 'upgrading',
  UPGRADE_NODES: 'upgrading',
  REPAIR_CLUSTER: 'repairing',
  RESIZE_CLUSTER: 'resizing',
}

export function refusedInvalid(message: string): Refusal {
  return new Refusal('invalid', 'badRequest', message)
}

export function refusedExists(path: string): Refusal {
  return new Refusal('exists', 'alreadyExists', `Already exists: ${path}.`)
}

export function refusedNotFound(path: string): Refusal {
  return new Refusal('not-found', 'notFound', `Not found: ${path}.`)
}

/** Something works on the whole cluster. */
export function refusedClusterBusy(operation: string, type: string, cluster: string): Refusal {
  const doing = CLUSTER_DOING[type] ?? 'updating'
  return new Refusal(
    'busy',
    'failedPrecondition',
    `Operation ${operation} is currently ${doing} cluster ${cluster}. Please wait and try again once it is done.`,
  )
}

/** Something works on what is asked for, or on a part of it. */
export function refusedIncompatible(operation: string): Refusal {
  return new Refusal(
    'busy',
    'failedPrecondition',
    `Cluster is running incompatible operation ${operation}.`,
  )
}

export function refusedUnsettled(): Refusal {
  return new Refusal(
    'busy',
    'failedPrecondition',
    'Cluster is currently being created, deleted, updated or repaired and cannot be updated',
  )
}

export function refusedTooMany(cluster: string, quota: number): Refusal {
  return new Refusal(
    'rate',
    'rateLimitExceeded',
    `Too many operations: cluster "${cluster}" hits the concurrent operations quota ${quota}, please try again later.`,
  )
}
