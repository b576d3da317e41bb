// The workspace's one regional GKE cluster (R2, R13), with its system pool in the create call (R5). What can be set only
// at creation is set then; what others change afterwards and must stay as it was is put back, one setting at a time.
import { covers } from '../domain/drift.ts'
import { minutes } from '../domain/time.ts'
import type { WorkspaceOutputs } from '../domain/entity.ts'
import type { GkeClusterSettings } from '../gke-cluster-settings.ts'
import type { GkeCluster } from '../google-cloud.ts'
import { carries } from '../manifests/labels.ts'
import { firewall } from './firewall.ts'
import { beginMaking, beginRemoving } from './gke-operation.ts'
import { gkeClusterOf, settingsOf } from './gke-settings.ts'
import { broken } from './gke-state.ts'
import { network } from './network.ts'
import { routerNat } from './router-nat.ts'
import { type Observed, type Started, step, type StepPorts } from './step.ts'
import { subnet } from './subnet.ts'

type Output = WorkspaceOutputs
type Input = {
  readonly cluster: GkeCluster
  /** Those of its settings that must stay so. */
  readonly kept: GkeClusterSettings
}

type Setting = keyof GkeClusterSettings

/** What is more than was asked for is not drift: newer versions of GKE encrypt all objects where secrets are. */
const AS_GOOD_AS: Readonly<Record<string, string>> = {
  ALL_OBJECTS_ENCRYPTION_ENABLED: 'ENCRYPTED',
  ENTERPRISE: 'BASIC',
}

/** A setting as it counts. */
function counted(setting: object = {}): object {
  const entries = Object.entries(setting) as [string, unknown][]
  return Object.fromEntries(
    entries.map(([name, value]) => [name, AS_GOOD_AS[String(value)] ?? value]),
  )
}

/** The first of what must stay so and does not: GKE takes one change at a time. */
function firstChanged({ cluster, kept }: Input, found: GkeCluster): Setting | 'window' | undefined {
  // Object.keys of a type whose every key is known.
  const changed = (Object.keys(kept) as Setting[]).find(
    (name) => !covers(kept[name], counted(found[name])),
  )
  if (changed) return changed
  return covers(cluster.maintenancePolicy, found.maintenancePolicy) ? undefined : 'window'
}

/** What it is to those who build on it, once it has an endpoint. */
function outputOf({ name, controlPlaneEndpointsConfig: ways }: GkeCluster): Output | undefined {
  const endpoint = ways?.dnsEndpointConfig?.endpoint
  return endpoint ? { gkeCluster: name, endpoint } : undefined
}

async function observe({ gke }: StepPorts, input: Input): Promise<Observed<Output>> {
  const { cluster } = input
  const found = await gke.getCluster(cluster.name)
  if (!found) return { is: 'absent' }
  if (!carries(cluster.resourceLabels ?? {}, found.resourceLabels)) {
    return { is: 'foreign', what: `GKE cluster "${cluster.name}"` }
  }
  if (found.status === 'STOPPING') return { is: 'leaving' }
  if (found.status === 'ERROR')
    return { is: 'broken', error: broken(`GKE cluster "${cluster.name}"`, found.conditions) }
  const output = outputOf(found)
  if (found.status === 'PROVISIONING' || !output) return { is: 'pending' }
  return firstChanged(input, found) ? { is: 'partial' } : { is: 'present', output }
}

/**
 * Begins to put back the first of what was changed. It is there all the same: nobody need wait for this, and what else was
 * changed is found by the next look.
 */
async function restore({ gke }: StepPorts, input: Input): Promise<Started<Output>> {
  const { cluster, kept } = input
  const found = await gke.getCluster(cluster.name)
  const output = found && outputOf(found)
  if (!output) return { is: 'pending', lookIn: 0 }
  const changed = firstChanged(input, found)
  if (changed === 'window' && cluster.maintenancePolicy) {
    await gke.setMaintenancePolicy(cluster.name, cluster.maintenancePolicy)
  } else if (changed && changed !== 'window') {
    await gke.updateCluster(cluster.name, { [changed]: kept[changed] })
  }
  return { is: 'present', output }
}

export const gkeCluster = step({
  name: 'gke-cluster',
  title: 'Regional GKE cluster with its system pool',
  kind: 'workspace',
  lane: 'gke',
  attempts: 5,
  timeoutMs: minutes(60),
  isIn: ({ asleep }) => asleep !== true,
  after: { network, subnet, routerNat, firewall },
  content: ({ spec: { encryptionKey, maintenance } }) => ({ encryptionKey, maintenance }),
  input: ({ subject, life }, outputs): Input => {
    const place = { network: outputs.network.selfLink, subnetwork: outputs.subnet.selfLink }
    return { cluster: gkeClusterOf(subject, life, place), kept: settingsOf(subject) }
  },
  observe,
  apply: (ports, input: Input) =>
    beginMaking(
      () => ports.gke.createCluster(input.cluster),
      () => observe(ports, input),
      () => restore(ports, input),
    ),
  undo: (ports, input) =>
    beginRemoving(
      () => ports.gke.deleteCluster(input.cluster.name),
      () => observe(ports, input),
    ),
})
