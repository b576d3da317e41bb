// Between the port's clusters, pools and operations and the messages of Google's client: durations and times are objects
// there, 64-bit numbers are text, and what is not set comes as an empty value.
import { CallError } from '../call-error.ts'
import type { GkeClusterSettings, MaintenancePolicy } from '../gke-cluster-settings.ts'
import type { GkeCluster, NodePool } from '../google-cloud.ts'

type Message = { readonly [field: string]: unknown }

export function poolMessage(pool: NodePool): Message {
  const { consolidationDelay, ...config } = pool.config
  if (consolidationDelay === undefined) return { ...pool }
  return { ...pool, config: { ...config, consolidationDelay: durationOf(consolidationDelay) } }
}

export function clusterMessage(cluster: GkeCluster): Message {
  const { nodePools, maintenancePolicy, ...rest } = cluster
  return {
    ...rest,
    ...(nodePools ? { nodePools: nodePools.map(poolMessage) } : {}),
    ...(maintenancePolicy ? { maintenancePolicy: maintenanceMessage(maintenancePolicy) } : {}),
  }
}

/** Settings as ClusterUpdate has them: `shieldedNodes` is `desiredShieldedNodes` there. */
export function updateMessage(change: GkeClusterSettings): Message {
  const entries = Object.entries(change) as [string, unknown][]
  return Object.fromEntries(
    entries.map(([name, value]) => [
      `desired${name.charAt(0).toUpperCase()}${name.slice(1)}`,
      value,
    ]),
  )
}

export function maintenanceMessage({ window }: MaintenancePolicy): Message {
  const { recurrence, window: first } = window.recurringWindow
  const times = { startTime: timestampOf(first.startTime), endTime: timestampOf(first.endTime) }
  return { window: { recurringWindow: { window: times, recurrence } } }
}

/** All clusters of an answer. Throws `unavailable` when zones did not answer: what is not in it may well be there. */
export function clustersIn(answer: unknown, what: string): GkeCluster[] {
  // The parts of ListClustersResponse; fields without a value are left out.
  const { clusters = [], missingZones = [] } = plain(answer) as {
    readonly clusters?: GkeCluster[]
    readonly missingZones?: string[]
  }
  if (missingZones.length === 0) return clusters
  throw new CallError('unavailable', `${what}: no answer from ${missingZones.join(', ')}`)
}

/** All pools of an answer (ListNodePoolsResponse). */
export function poolsIn(answer: unknown): NodePool[] {
  const { nodePools = [] } = plain(answer) as { readonly nodePools?: NodePool[] }
  return nodePools
}

/** `1.5s` as google.protobuf.Duration. */
function durationOf(text: string): { seconds: number; nanos: number } {
  const seconds = Number.parseFloat(text)
  const whole = Math.trunc(seconds)
  return { seconds: whole, nanos: Math.round((seconds - whole) * 1e9) }
}

/** ISO 8601 as google.protobuf.Timestamp. */
function timestampOf(text: string): { seconds: number; nanos: number } {
  const ms = Date.parse(text)
  return { seconds: Math.floor(ms / 1000), nanos: (ms % 1000) * 1e6 }
}

/** Maps whose values may be empty text. */
const MAPS = new Set(['labels', 'resourceLabels', 'metadata'])
const LONGS = new Set(['maxPodsPerNode'])
const DURATIONS = new Set(['consolidationDelay'])
/** Times of windows; operations have the same names for text. */
const TIMES = new Set(['startTime', 'endTime'])

/** A message as the port has it. Zero and false stay; they mean something. */
export function plain(message: unknown): unknown {
  if (Array.isArray(message)) return message.map(plain)
  if (message === null || typeof message !== 'object') return message
  const entries: [string, unknown][] = []
  for (const [field, value] of Object.entries(message) as [string, unknown][]) {
    // The client adds the name of the chosen member of each oneof.
    if (field.startsWith('_') || isUnset(value)) continue
    entries.push([field, plainField(field, value)])
  }
  return Object.fromEntries(entries)
}

function plainField(field: string, value: unknown): unknown {
  if (MAPS.has(field)) return value
  if (LONGS.has(field)) return Number(value)
  if (DURATIONS.has(field)) {
    const { seconds, nanos } = value as { seconds?: unknown; nanos?: unknown }
    return `${Number(seconds ?? 0) + Number(nanos ?? 0) / 1e9}s`
  }
  if (TIMES.has(field) && typeof value === 'object') {
    const { seconds, nanos } = value as { seconds?: unknown; nanos?: unknown }
    return new Date(Number(seconds ?? 0) * 1000 + Number(nanos ?? 0) / 1e6).toISOString()
  }
  return plain(value)
}

function isUnset(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true
  if (typeof value === 'string') return value.endsWith('_UNSPECIFIED')
  if (Array.isArray(value)) return value.length === 0
  return typeof value === 'object' && Object.keys(value).length === 0
}
