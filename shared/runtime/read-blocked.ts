// What the autoscaler said of a cluster's pools, for a decision on that cluster.
import { checkDocument } from '../domain/document-fault.ts'
import type { Entity } from '../domain/entity.ts'
import { entityPath, scaleUpPath } from '../domain/paths.ts'
import type { Run } from '../domain/run.ts'
import { type ScaleUpBlock, ScaleUpObservation } from '../domain/scale-up-block.ts'
import type { Reader } from '../ports.ts'

/** Read only where it is told: while a cluster is on its way, or not whole. */
export async function readBlocked(
  reader: Reader,
  entity: Entity,
  run: Run,
): Promise<readonly ScaleUpBlock[]> {
  const isWhole = entity.state === 'RUNNING' && !('reason' in entity && entity.reason)
  if (isWhole || run.is !== 'active' || run.direction === 'down') return []
  const { subject } = run.plan
  if (subject.kind !== 'cluster') return []
  const { account, workspace } = subject.identity
  const pools = [...new Set([subject.pools.driver, subject.pools.executor])]
  const paths = pools.map((pool) => entityPath({ kind: 'pool', account, workspace, pool }))
  const found = await Promise.all(paths.map((path) => reader.get(scaleUpPath(path))))
  return found.flatMap((document) => {
    // It only explains: one that cannot be read is told of when its pool is looked at, and stands in nobody's way.
    const checked = document && checkDocument(ScaleUpObservation, document.data)
    return checked && 'value' in checked ? checked.value.blocks : []
  })
}
