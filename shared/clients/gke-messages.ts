// Between the port's clusters, pools and operations and the messages of Google's client: durations are objects there, 64-bit
// numbers are text, and what is not set comes as an empty value.
import type { GkeCluster, NodePool } from '../google-cloud.ts'

type Message = { readonly [field: string]: unknown }

export function poolMessage(pool: NodePool): Message {
  const { consolidationDelay, ...config } = pool.config
  if (consolidationDelay === undefined) return { ...pool }
  return { ...pool, config: { ...config, consolidationDelay: durationOf(consolidationDelay) } }
}

export function clusterMessage(cluster: GkeCluster): Message {
  const { nodePools } = cluster
  return nodePools ? { ...cluster, nodePools: nodePools.map(poolMessage) } : { ...cluster }
}

/** `1.5s` as google.protobuf.Duration. */
function durationOf(text: string): { seconds: number; nanos: number } {
  const seconds = Number.parseFloat(text)
  const whole = Math.trunc(seconds)
  return { seconds: whole, nanos: Math.round((seconds - whole) * 1e9) }
}

/** Maps whose values may be empty text. */
const MAPS = new Set(['labels', 'resourceLabels', 'metadata'])
const LONGS = new Set(['maxPodsPerNode'])
const DURATIONS = new Set(['consolidationDelay'])

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
  return plain(value)
}

function isUnset(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true
  if (typeof value === 'string') return value.endsWith('_UNSPECIFIED')
  if (Array.isArray(value)) return value.length === 0
  return typeof value === 'object' && Object.keys(value).length === 0
}
