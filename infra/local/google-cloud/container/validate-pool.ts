// What the container API refuses at once in a node pool.
import { machineType } from '../../../../shared/catalog/machine-types.ts'
import type { NodePool } from '../../../../shared/google-cloud.ts'
import { refusedInvalid } from './container-refusals.ts'

const NAME = /^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$/
const DURATION = /^\d+(\.\d{1,9})?s$/
/** GKE's limits for one pool in one zone, and for the size of a boot disk in GB. */
const INITIAL_NODES_MAX = 1000
const DISK_GB_MIN = 10
/** Kubernetes labels of one request, in characters. */
const LABELS_MAX = 1024

export function validateName(field: string, name: string): void {
  if (!NAME.test(name))
    throw refusedInvalid(
      `Invalid value for field "${field}": "${name}". Must start with a letter, end with a letter or digit, consist of lower-case letters, digits and hyphens, and be no longer than 40 characters.`,
    )
}

export function requireZones(
  locations: readonly string[],
  allowed: readonly string[],
  where: string,
): void {
  const stranger = locations.find((zone) => !allowed.includes(zone))
  if (stranger !== undefined)
    throw refusedInvalid(`Location "${stranger}" is not one of "${where}" (${allowed.join(', ')}).`)
}

/** Throws `invalid`. Answers the zones of the pool. */
export function validatePool(
  pool: NodePool,
  clusterLocations: readonly string[],
  region: string,
): readonly string[] {
  validateName('NodePool.name', pool.name)
  const locations = pool.locations?.length ? pool.locations : clusterLocations
  requireZones(locations, clusterLocations, region)
  validateConfig(pool)
  validateScaling(pool)
  const pods = pool.maxPodsConstraint?.maxPodsPerNode
  if (pods !== undefined && (pods < 8 || pods > 256))
    throw refusedInvalid(`Max pods per node must be between 8 and 256, not ${pods}.`)
  return locations
}

function validateConfig({ config }: NodePool): void {
  const { machineType: type, diskSizeGb, consolidationDelay, serviceAccount } = config
  const { labels = {}, taints = [] } = config
  const known = machineType(type)
  if (!known) throw refusedInvalid(`Machine type with name "${type}" does not exist.`)
  if (known.hyperdiskOnly && config.diskType !== undefined && !config.diskType.startsWith('hyper'))
    throw refusedInvalid(
      `Machine type "${type}" is not compatible with disk type "${config.diskType}".`,
    )
  if (diskSizeGb !== undefined && diskSizeGb < DISK_GB_MIN)
    throw refusedInvalid(`Boot disk size must be at least ${DISK_GB_MIN} GB, not ${diskSizeGb}.`)
  if (consolidationDelay !== undefined && !DURATION.test(consolidationDelay))
    throw refusedInvalid(`Invalid consolidation delay "${consolidationDelay}".`)
  if (serviceAccount !== undefined && !/^(default|[^@\s]+@[^@\s]+\.[a-z]+)$/.test(serviceAccount))
    throw refusedInvalid(`Invalid value for field "node.service_account": "${serviceAccount}".`)
  const length = Object.entries(labels).reduce(
    (sum, [key, value]) => sum + key.length + value.length,
    0,
  )
  if (length > LABELS_MAX)
    throw refusedInvalid(`Node labels have ${length} characters; at most ${LABELS_MAX}.`)
  const reserved = [...Object.keys(labels), ...taints.map(({ key }) => key)].find((key) =>
    /(^|\.)(kubernetes\.io|k8s\.io)\//.test(key),
  )
  if (reserved !== undefined)
    throw refusedInvalid(
      `"${reserved}" is reserved: kubernetes.io and k8s.io keys are Kubernetes' own.`,
    )
}

function validateScaling({ autoscaling, initialNodeCount = 0 }: NodePool): void {
  if (
    !Number.isInteger(initialNodeCount) ||
    initialNodeCount < 0 ||
    initialNodeCount > INITIAL_NODES_MAX
  )
    throw refusedInvalid(`NodePool.initial_node_count must be 0 to ${INITIAL_NODES_MAX}.`)
  if (!autoscaling) return
  const { enabled, totalMinNodeCount = 0, totalMaxNodeCount = 0 } = autoscaling
  if (!enabled && (totalMinNodeCount > 0 || totalMaxNodeCount > 0))
    throw refusedInvalid('Total node counts need autoscaling.enabled.')
  if (!enabled) return
  if (totalMaxNodeCount < 1)
    throw refusedInvalid('autoscaling.total_max_node_count must be positive.')
  if (totalMinNodeCount > totalMaxNodeCount)
    throw refusedInvalid(
      `autoscaling.total_min_node_count ${totalMinNodeCount} exceeds the maximum ${totalMaxNodeCount}.`,
    )
}
