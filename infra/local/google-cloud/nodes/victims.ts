// Which machines a fault means that takes machines away.
import { labelKeys } from '../../../../shared/manifests/labels.ts'
import type { KubernetesObject } from '../../../../shared/manifests/object.ts'
import type { FaultValue } from '../faults/fault-catalog.ts'
import type { Machine } from './node-fleet.ts'
import { isLive, podSpec } from './pod-view.ts'

export type Victims = FaultValue<'lose-node'>

/** In order of their names, so that a seed gives the same ones. */
export function victimsAmong(
  machines: readonly Machine[],
  pods: Iterable<KubernetesObject>,
  { node, namespace, role, pool }: Victims,
): Machine[] {
  // Of a Spark cluster an executor is meant, unless it says otherwise.
  const wanted = role ?? (namespace === undefined ? undefined : 'executor')
  const hosts = new Set<string>()
  for (const pod of pods) {
    const { nodeName } = podSpec(pod)
    if (nodeName === undefined || !isLive(pod)) continue
    if (namespace !== undefined && pod.metadata.namespace !== namespace) continue
    if (wanted !== undefined && pod.metadata.labels?.[labelKeys.role] !== wanted) continue
    hosts.add(nodeName)
  }
  const isHost = (name: string): boolean => wanted === undefined || hosts.has(name)
  return machines
    .filter(
      ({ name, template }) => (node ?? name) === name && (pool ?? template.pool) === template.pool,
    )
    .filter(({ name }) => isHost(name))
    .toSorted((one, two) => (one.name < two.name ? -1 : 1))
}
