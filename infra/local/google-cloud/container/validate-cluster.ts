// What the container API refuses at once in CreateCluster, because it does not add up.
import { zonesOf } from '../../../../shared/catalog/regions.ts'
import type { MaintenancePolicy } from '../../../../shared/gke-cluster-settings.ts'
import type { GkeCluster } from '../../../../shared/google-cloud.ts'
import type { ComputeApi } from '../compute/compute-api.ts'
import { refusedInvalid } from './container-refusals.ts'
import { requireZones, validateName, validatePool } from './validate-pool.ts'

export interface ClusterContext {
  readonly project: string
  readonly location: string
  readonly compute: Pick<ComputeApi, 'readyNetwork' | 'readySubnetwork'>
}

/** A regional cluster that does not say where gets three zones of the region. */
const DEFAULT_ZONES = 3

/** Answers the zones of the cluster. Throws `invalid`. */
export function validateCluster(cluster: GkeCluster, context: ClusterContext): readonly string[] {
  const { project, location } = context
  const zones = zonesOf(location)
  if (!zones) throw refusedInvalid(`Location "${location}" does not exist.`)
  validateName('Cluster.name', cluster.name)
  const locations = cluster.locations?.length ? cluster.locations : zones.slice(0, DEFAULT_ZONES)
  requireZones(locations, zones, location)
  validateNetwork(cluster, context)
  validateFeatures(cluster)
  validateSettings(cluster, project, location)
  const pools = cluster.nodePools ?? []
  if (!pools.some(({ initialNodeCount = 0 }) => initialNodeCount > 0))
    throw refusedInvalid('Cluster.initial_node_count must be greater than zero.')
  for (const pool of pools) validatePool(pool, locations, location)
  const names = pools.map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined)
    throw refusedInvalid(`Node pool names must be different; "${twice}" stands twice.`)
  return locations
}

/** What the API refuses at once in UpdateCluster. Throws `invalid`. */
export function validateUpdate(
  change: Partial<GkeCluster>,
  { project, region }: { readonly project: string; readonly region: string },
): void {
  const fields = Object.keys(change)
  if (fields.length !== 1)
    throw refusedInvalid(`Exactly one update can be applied, not ${fields.length}.`)
  validateSettings(change, project, region)
}

function validateNetwork(
  cluster: GkeCluster,
  { project, location, compute }: ClusterContext,
): void {
  const { network = 'default', subnetwork, ipAllocationPolicy } = cluster
  if (!compute.readyNetwork(project, network))
    throw refusedInvalid(`Project "${project}" has no network named "${network}".`)
  if (subnetwork === undefined)
    throw refusedInvalid(`Network "${network}" requires specifying a subnetwork.`)
  const found = compute.readySubnetwork(project, location, subnetwork)
  if (!found)
    throw refusedInvalid(
      `Subnetwork "${subnetwork}" was not found in project "${project}", region "${location}".`,
    )
  if (!ipAllocationPolicy?.useIpAliases)
    throw refusedInvalid('Cluster.ip_allocation_policy.use_ip_aliases must be true.')
  const ranges = new Set(found.secondaryIpRanges?.map(({ rangeName }) => rangeName))
  const { clusterSecondaryRangeName: pods, servicesSecondaryRangeName: services } =
    ipAllocationPolicy
  for (const range of [pods, services])
    if (!ranges.has(range))
      throw refusedInvalid(`Subnetwork "${subnetwork}" has no secondary range named "${range}".`)
  if (pods === services)
    throw refusedInvalid(`Pods and services must not share the secondary range "${pods}".`)
}

/** Fields that Kindling never sets, but that exclude ones it does. */
type Excluded = { readonly networkPolicy?: { readonly enabled?: boolean } }

function validateFeatures(cluster: GkeCluster & Excluded): void {
  const { networkConfig, networkPolicy, defaultMaxPodsConstraint } = cluster
  if (networkConfig?.datapathProvider === 'ADVANCED_DATAPATH' && networkPolicy?.enabled)
    throw refusedInvalid('Network policy cannot be enabled together with Dataplane V2.')
  const pods = defaultMaxPodsConstraint?.maxPodsPerNode
  if (pods !== undefined && (pods < 8 || pods > 256))
    throw refusedInvalid(`Max pods per node must be between 8 and 256, not ${pods}.`)
  for (const [key, value] of Object.entries(cluster.resourceLabels ?? {}))
    if (!/^[a-z][-_a-z0-9]{0,62}$/.test(key) || !/^[-_a-z0-9]{0,63}$/.test(value))
      throw refusedInvalid(`Invalid resource label "${key}": "${value}".`)
}

/** What may be set at creation and changed later. */
function validateSettings(settings: Partial<GkeCluster>, project: string, location: string): void {
  const pool = settings.workloadIdentityConfig?.workloadPool
  if (pool !== undefined && pool !== `${project}.svc.id.goog`)
    throw refusedInvalid(
      `Workload pool "${pool}" is not valid; it must be "${project}.svc.id.goog".`,
    )
  const { state, keyName = '' } = settings.databaseEncryption ?? {}
  if (state === 'ENCRYPTED' && keyName.split('/')[3] !== location)
    throw refusedInvalid(`Key "${keyName}" is not in the cluster's location "${location}".`)
  if (settings.maintenancePolicy) validateWindow(settings.maintenancePolicy)
}

const HOUR = 3_600_000
/** GKE must be able to work for 48 hours in any 32 days, four hours at a time at least. */
const LEAST_HOURS = { once: 4, inAll: 48 }
const WEEKS = 4

function validateWindow({ window: { recurringWindow } }: MaintenancePolicy): void {
  const { window, recurrence } = recurringWindow
  const hours = (Date.parse(window.endTime) - Date.parse(window.startTime)) / HOUR
  if (!(hours >= LEAST_HOURS.once && hours <= 24))
    throw refusedInvalid(
      `Maintenance window from ${window.startTime} to ${window.endTime} must be 4 to 24 hours long.`,
    )
  const days = /^FREQ=WEEKLY;BYDAY=((?:MO|TU|WE|TH|FR|SA|SU)(?:,(?:MO|TU|WE|TH|FR|SA|SU))*)$/.exec(
    recurrence,
  )?.[1]
  const count = recurrence === 'FREQ=DAILY' ? 7 : (days?.split(',').length ?? 0)
  if (count === 0) throw refusedInvalid(`Invalid recurrence "${recurrence}".`)
  if (count * hours * WEEKS < LEAST_HOURS.inAll)
    throw refusedInvalid(
      `Maintenance policy would go longer than 32d without 48h maintenance availability of >=4h.`,
    )
}
