// The mark: how Kindling knows its own things, in Kubernetes and in Google Cloud. Only what carries it is ever deleted.
import type { ClusterIds, WorkspaceIds } from '../domain/names.ts'
import type { Role } from '../domain/sizing.ts'

export type Labels = Readonly<Record<string, string>>

export const MANAGED_BY = 'kindling'

export const labelKeys = {
  managedBy: 'app.kubernetes.io/managed-by',
  account: 'kindling.dev/account',
  workspace: 'kindling.dev/workspace',
  cluster: 'kindling.dev/cluster',
  /** The generation that first wanted the thing, as decimal digits. */
  life: 'kindling.dev/life',
  role: 'kindling.dev/role',
  /** On nodes, and the key of their taint: which pool's pods may use them. */
  pool: 'kindling.dev/pool',
} as const

export const annotationKeys = {
  /** Which of a cluster's executors a pod is: an annotation, because executors must be alike in labels and spec. */
  index: 'kindling.dev/index',
  /** W3C trace context of the work that made the object, or last changed it: never a label, nor part of a spec. */
  traceparent: 'kindling.dev/traceparent',
  /** On the agent's Lease: how long nodes stood, and for whom (shared/domain/meter.ts). */
  meter: 'kindling.dev/meter',
  safeToEvict: 'cluster-autoscaler.kubernetes.io/safe-to-evict',
} as const

/** The pool that GKE's and Kindling's own services run on, as label value. */
export const SYSTEM_POOL = 'system'

/** The one taint of another's making that GKE's own Deployments tolerate (rule *system-taint*). */
export const SYSTEM_TAINT = { key: 'components.gke.io/gke-managed-components', value: 'true' }

/** Selects everything of Kindling's in a GKE cluster. */
export const MANAGED_SELECTOR = `${labelKeys.managedBy}=${MANAGED_BY}`

export const workspaceMark = ({ account, workspace }: WorkspaceIds, life: number): Labels => ({
  [labelKeys.managedBy]: MANAGED_BY,
  [labelKeys.account]: account,
  [labelKeys.workspace]: workspace,
  [labelKeys.life]: String(life),
})

export const clusterMark = (of: ClusterIds, life: number): Labels => ({
  ...workspaceMark(of, life),
  [labelKeys.cluster]: of.cluster,
})

/**
 * Pods bear the life of their cluster's start, not that of their batch: those that a growth adds are alike to the first to
 * the letter, and all of one start can be told to go by one call.
 */
export const podMark = (of: ClusterIds, epoch: number, role: Role): Labels => ({
  ...clusterMark(of, epoch),
  [labelKeys.role]: role,
})

/** The mark as labels of Google Cloud resources, where keys hold no dots or slashes. */
export const resourceMark = ({ account, workspace }: WorkspaceIds, life: number): Labels => ({
  'managed-by': MANAGED_BY,
  'kindling-account': account,
  'kindling-workspace': workspace,
  'kindling-life': String(life),
})

/** The mark of what has no labels (networks, subnets, routers, firewalls): the exact text of its description. */
export const descriptionMark = (of: WorkspaceIds, life: number): string =>
  JSON.stringify(resourceMark(of, life))

/** Whether labels include every one of the mark. */
export function carries(mark: Labels, labels: Labels | undefined): boolean {
  return Object.entries(mark).every(([key, value]) => labels?.[key] === value)
}

/** A mark as a selector. */
export function selectorOf(mark: Labels): string {
  return Object.entries(mark)
    .map(([key, value]) => `${key}=${value}`)
    .join(',')
}
