// Where documents live. One tenant, one subtree: everything of an account is below `accounts/{account}`.
import type { AccountId, ClusterId, WorkspaceId } from '../../events/ids.ts'

export type EntityRef =
  | { readonly kind: 'workspace'; readonly account: AccountId; readonly workspace: WorkspaceId }
  | {
      readonly kind: 'pool'
      readonly account: AccountId
      readonly workspace: WorkspaceId
      readonly pool: string
    }
  | {
      readonly kind: 'cluster'
      readonly account: AccountId
      readonly workspace: WorkspaceId
      readonly cluster: ClusterId
    }

/** Requests whose account or id cannot be read are kept here. No account can have this name. */
export const UNADDRESSED = '_unaddressed'

export const requestPath = (account: string, request: string): string =>
  `accounts/${account}/requests/${request}`
export const attemptPath = (account: string, attempt: string): string =>
  `accounts/${account}/attempts/${attempt}`
/** What is known of documents that cannot be worked with. */
export const parkedOf = (account: string): string => `accounts/${account}/parked`
/** Work that has failed again and again. */
export const deadLettersOf = (account: string): string => `accounts/${account}/deadLetters`
export const workspacePath = (account: string, workspace: string): string =>
  `accounts/${account}/workspaces/${workspace}`

export const clustersOf = (workspace: string): string => `${workspace}/clusters`
const runsOf = (entity: string): string => `${entity}/runs`
export const ledgerOf = (entity: string): string => `${entity}/ledger`
export const usesOf = (pool: string): string => `${pool}/uses`
/** What is left of a deleted cluster: its newest generation, so that no name of it is used again. */
export const tombstonePath = (workspace: string, cluster: ClusterId): string =>
  `${workspace}/tombstones/${cluster}`
export const slotsOf = (workspace: string): string => `${workspace}/slots`
export const poolsOf = (workspace: string): string => `${workspace}/pools`
export const queueOf = (workspace: string): string => `${workspace}/queue`

export const runPath = (entity: string, generation: number): string =>
  `${runsOf(entity)}/${generation}`
export const ledgerPath = (entity: string, key: string): string => `${ledgerOf(entity)}/${key}`
export const factPath = (owner: string, fact: string): string => `${owner}/facts/${fact}`
export const observationPath = (cluster: string): string => `${cluster}/observations/pods`
/** What the autoscaler said of a pool. */
export const scaleUpPath = (pool: string): string => `${pool}/observations/scale-up`
export const usePath = (pool: string, cluster: ClusterId): string => `${usesOf(pool)}/${cluster}`
/** In place of a cluster's id, which it cannot be: the workspace itself lists the shape. */
export const LISTED_USE = '_listed'
export const slotPath = (workspace: string, slot: number): string => `${slotsOf(workspace)}/${slot}`
export const queuePath = (workspace: string, ticket: string): string =>
  `${queueOf(workspace)}/${ticket}`

/** What the audit suspects to be an orphan. */
export const suspectsPath = (workspace: string): string => `${workspace}/audit/suspects`

/** How long the workspace's nodes stood, and for whom. */
export const meterPath = (workspace: string): string => `${workspace}/meter/nodes`

export function entityPath(ref: EntityRef): string {
  const workspace = workspacePath(ref.account, ref.workspace)
  if (ref.kind === 'workspace') return workspace
  if (ref.kind === 'pool') return `${poolsOf(workspace)}/${ref.pool}`
  return `${clustersOf(workspace)}/${ref.cluster}`
}

/** The entity that a path names, or undefined when it is not the path of one. */
export function entityRef(path: string): EntityRef | undefined {
  const [accounts, account, workspaces, workspace, kind, id, ...rest] = path.split('/')
  if (accounts !== 'accounts' || workspaces !== 'workspaces') return undefined
  if (!account || !workspace || rest.length > 0) return undefined
  if (kind === undefined) return { kind: 'workspace', account, workspace }
  if (!id) return undefined
  if (kind === 'pools') return { kind: 'pool', account, workspace, pool: id }
  if (kind === 'clusters') return { kind: 'cluster', account, workspace, cluster: id }
  return undefined
}

/** The document one level up: the entity of a run, ledger entry, fact or observation. */
export function parentOf(path: string): string {
  return path.split('/').slice(0, -2).join('/')
}

export function idOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
