// Whether every cluster has just the pods that it should: all of them, ready, while it runs; none once it has ended.
import type { InProcessStack } from '../../infra/local/stack/in-process.ts'
import { ClusterEntity } from '../../shared/domain/entity.ts'
import { entityRef } from '../../shared/domain/paths.ts'
import { labelKeys } from '../../shared/manifests/labels.ts'
import type { Fields } from '../../shared/ports.ts'

export interface Lack {
  readonly path: string
  readonly says: string
}

export function lacksOf(
  documents: ReadonlyMap<string, Fields>,
  stack: InProcessStack,
): readonly Lack[] {
  const counts = podCounts(stack)
  return [...documents].flatMap(([path, data]) => {
    if (data['kind'] !== 'cluster' || entityRef(path)?.kind !== 'cluster') return []
    const says = lackOf(ClusterEntity.parse(data), counts.get(path) ?? 0)
    return says === undefined ? [] : [{ path, says }]
  })
}

function lackOf(entity: ClusterEntity, pods: number): string | undefined {
  if (entity.state !== 'RUNNING')
    return pods > 0 ? `rests in ${entity.state} with ${pods} pods` : undefined
  const { count } = entity.spec.executors
  const { ready } = entity.executors
  if (ready !== count) return `runs with ${ready} of ${count} executors`
  return pods === count + 1 ? undefined : `runs with ${pods} pods, not ${count + 1}`
}

/** Pods of each cluster by its path, in all GKE clusters. */
function podCounts({ data }: InProcessStack): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const engine of data.clusters.values())
    for (const { metadata } of engine.snapshot('v1', 'Pod')) {
      const { labels = {} } = metadata
      const cluster = labels[labelKeys.cluster]
      if (cluster === undefined) continue
      const path = `accounts/${labels[labelKeys.account]}/workspaces/${labels[labelKeys.workspace]}/clusters/${cluster}`
      counts.set(path, (counts.get(path) ?? 0) + 1)
    }
  return counts
}
