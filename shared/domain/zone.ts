// One Spark cluster lives in one zone unless it asks for all of them, because shuffles between zones cost money and time
// (rule *zone*).
import type { ClusterSpec } from './entity.ts'

/** The zone of a cluster, or undefined for all. `auto` spreads clusters over the zones by name, always the same for one. */
export function zoneOf(
  spec: ClusterSpec,
  cluster: string,
  zones: readonly string[],
): string | undefined {
  if (spec.zone === 'HA') return undefined
  if (spec.zone !== 'auto') return spec.zone
  let sum = 0
  for (const letter of cluster) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_003
  return zones[sum % zones.length]
}
