// Every name that Kindling gives to something outside its own database, derived from ids: the name is the idempotency key.
// A name is ids for people, a hash of the entity's whole path (ids alone may be cut, or be used by two accounts in one
// project), and the life: the generation that first wanted the thing. A name once unwanted is never wanted again.
// Limits: 63 characters of [a-z]([-a-z0-9]*[a-z0-9])? for Compute and Kubernetes, 40 for GKE clusters and pools, 30 for
// service accounts. Changing a rule here orphans what was made under the old one.
import { hash } from 'node:crypto'

export interface WorkspaceIds {
  readonly account: string
  readonly workspace: string
}

export interface ClusterIds extends WorkspaceIds {
  readonly cluster: string
}

export interface PoolIds extends WorkspaceIds {
  readonly pool: string
}

const PREFIX = 'kdl'
const HASH_LENGTH = 8
/** Names have room for six digits; one generation a minute reaches that in two years. */
const LIFE_MAX = 999_999

/** Eight characters of base 36 that stand for a whole path: 41 bits of its SHA-256. */
function hashOf(...path: readonly string[]): string {
  const digest = hash('sha256', path.join('/'))
  const number = BigInt(`0x${digest.slice(0, 16)}`) % 36n ** BigInt(HASH_LENGTH)
  return number.toString(36).padStart(HASH_LENGTH, '0')
}

/** Throws RangeError: a generation that is no whole number from 1 on is a mistake in the code. */
function lifeText(life: number): string {
  if (!Number.isInteger(life) || life < 1 || life > LIFE_MAX) {
    throw new RangeError(`a life is a whole number from 1 to ${LIFE_MAX}, not ${life}`)
  }
  return String(life)
}

/** At most `length` characters, not ending in a hyphen. */
function cut(text: string, length: number): string {
  return text.slice(0, length).replace(/-+$/, '')
}

function workspaceName({ account, workspace }: WorkspaceIds, life: number, role?: string): string {
  const parts = [PREFIX, workspace, hashOf('workspace', account, workspace), role, lifeText(life)]
  return parts.filter((part) => part !== undefined).join('-')
}

export const networkName = (of: WorkspaceIds, life: number): string =>
  workspaceName(of, life, 'net')

export const subnetName = (of: WorkspaceIds, life: number): string =>
  workspaceName(of, life, 'subnet')

export const routerName = (of: WorkspaceIds, life: number): string =>
  workspaceName(of, life, 'router')

export const natName = (of: WorkspaceIds, life: number): string => workspaceName(of, life, 'nat')

/** `rule` tells a workspace's firewall rules apart: at most 19 of a-z and hyphens. */
export function firewallName(of: WorkspaceIds, rule: string, life: number): string {
  if (!/^[a-z]([a-z-]{0,17}[a-z])?$/.test(rule)) throw new RangeError(`no firewall rule: ${rule}`)
  return workspaceName(of, life, `fw-${rule}`)
}

export const gkeClusterName = (of: WorkspaceIds, life: number): string => workspaceName(of, life)

/** Names a shape of node for people first; unique within its GKE cluster by the hash. */
export function nodePoolName({ account, workspace, pool }: PoolIds, life: number): string {
  const shape = cut(/^[a-z]/.test(pool) ? pool : `p-${pool}`, 24)
  return `${shape}-${hashOf('pool', account, workspace, pool)}-${lifeText(life)}`
}

/**
 * The namespace of a Spark cluster. The hash covers account and workspace too, because two GKE clusters of one project
 * share one Workload Identity pool, where equal namespaces would be one identity.
 */
export function namespaceName({ account, workspace, cluster }: ClusterIds, life: number): string {
  const hash = hashOf('cluster', account, workspace, cluster)
  return `${PREFIX}-${cluster}-${hash}-${lifeText(life)}`
}

/** The custom resource of a cluster, in the cluster's namespace. */
export const sparkClusterName = ({ cluster }: ClusterIds, life: number): string =>
  `spark-${cluster}-${lifeText(life)}`

/** The headless Service that resolves to the driver within the namespace, which has the life in its own name. */
export const DRIVER_SERVICE = 'driver'

/** Pods whose name begins so are drivers. */
export const DRIVER_POD_PREFIX = 'driver-'

/** A pod's `incarnation` counts up when a pod of a dead node keeps the name before it (rule *spot*). */
export const driverPodName = (life: number, incarnation = 0): string =>
  `${DRIVER_POD_PREFIX}${lifeText(life)}${incarnationText(incarnation)}`

/** `index` from 1 on. Sorts like the index up to 9,999. */
export const executorPodName = (index: number, life: number, incarnation = 0): string =>
  `executor-${String(index).padStart(4, '0')}-${lifeText(life)}${incarnationText(incarnation)}`

/** What a pod's name says: `index` 0 is the driver. Undefined for names that no pod of ours has. */
export function podPlace(
  name: string,
): { index: number; life: number; incarnation: number } | undefined {
  const [, index = '0', life, incarnation = '0'] =
    /^(?:driver|executor-(\d{4,}))-(\d{1,6})(?:-r(\d+))?$/.exec(name) ?? []
  if (life === undefined) return undefined
  return { index: Number(index), life: Number(life), incarnation: Number(incarnation) }
}

const incarnationText = (incarnation: number): string => (incarnation ? `-r${incarnation}` : '')

/** Kindling's own identity for one workspace, in Kindling's project; the customer grants it rights once. */
export function serviceAccountEmail({ account, workspace }: WorkspaceIds, project: string): string {
  const hash = hashOf('identity', account, workspace)
  return `kindling-${cut(workspace, 12)}-${hash}@${project}.iam.gserviceaccount.com`
}

/**
 * The account that a workspace's nodes run as, in the customer's project. Onboarding makes it, with the role
 * container.defaultNodeServiceAccount and nothing else; without one, nodes would be the project's editor.
 */
export function nodeServiceAccountEmail(
  { account, workspace }: WorkspaceIds,
  project: string,
): string {
  const hash = hashOf('nodes', account, workspace)
  return `nodes-${cut(workspace, 12)}-${hash}@${project}.iam.gserviceaccount.com`
}

/**
 * The document id of one attempt, flat under its account: the n-th at one ledger key for one generation of an entity.
 * `entityPath` is the entity's path below the account, such as `workspaces/w/clusters/c`. Ids hold no dot, so the parts
 * can be told apart; a key must not hold a slash, which Firestore refuses.
 */
export function attemptId(entityPath: string, generation: number, key: string, n: number): string {
  if (key.includes('/')) throw new RangeError(`a ledger key holds no slash: ${key}`)
  return [...entityPath.split('/'), lifeText(generation), key, String(n)].join('.')
}

/** The UUID that Compute knows a call by and ignores the repeat of: the same for the same text. */
export function requestUuid(text: string): string {
  const hex = hash('sha256', text)
  const variant = ((Number.parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16)
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(18, 20)}`,
    hex.slice(20, 32),
  ].join('-')
}
