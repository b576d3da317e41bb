// The changes of size that Kindling made by itself, as lines of a cluster's timeline: oldest first. Pure.
import type { Entity, Scaled } from '../../shared/domain/entity.ts'

export function sizesOf(entity: Entity): readonly Scaled[] {
  return entity.kind === 'cluster' ? (entity.autoscaled ?? []).toReversed() : []
}

export function sizeLines(sizes: readonly Scaled[]): string[] {
  if (sizes.length === 0) return []
  const lines = sizes.map(
    ({ at, from, to, why }) => `  ${new Date(at).toISOString()}  ${from} -> ${to}: ${why}`,
  )
  return ['', 'Executors, as the load asked for them', ...lines]
}
