// One Spark cluster lives in one zone unless it asks for all of them, because shuffles between zones cost money and time
// (rule *zone*).
import type { ClusterSpec, WarmNodes } from './entity.ts'

/**
 * The zone of a cluster, or undefined for all. `auto` goes where its machines are kept warm, those of executors before the
 * driver's; else it spreads clusters over the zones by name, always the same for one.
 */
export function zoneOf(
  spec: ClusterSpec,
  cluster: string,
  zones: readonly string[],
  warm?: WarmNodes,
): string | undefined {
  if (spec.zone === 'HA') return undefined
  if (spec.zone !== 'auto') return spec.zone
  const warmZone = warmZoneOf(spec, warm)
  if (warmZone !== undefined && zones.includes(warmZone)) return warmZone
  let sum = 0
  for (const letter of cluster) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_003
  return zones[sum % zones.length]
}

function warmZoneOf({ executors, driver }: ClusterSpec, warm: WarmNodes | undefined) {
  const zoneWith = (machineType: string): string | undefined =>
    warm?.nodes.find((each) => each.machineType === machineType)?.zone
  return (
    (executors.spot ? undefined : zoneWith(executors.machineType)) ?? zoneWith(driver.machineType)
  )
}
