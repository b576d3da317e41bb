// Which uses of pools end with a cluster's run: all of a cluster that is gone, and those of pools that its settings do not
// name any more. A pool without uses may be retired (protocol rule 10).
import type { Entity } from '../domain/entity.ts'
import { poolsOf, usePath, workspacePath } from '../domain/paths.ts'
import type { Run } from '../domain/run.ts'
import type { StoredDocument, Transaction } from '../ports.ts'

export async function endedUses(
  transaction: Transaction,
  entity: Entity,
  run: Run,
): Promise<StoredDocument[]> {
  if (entity.kind !== 'cluster' || run.is !== 'active') return []
  const { subject } = run.plan
  // A first start has no pools but its own.
  if (subject.kind !== 'cluster' || (run.direction === 'up' && entity.generation === 1)) return []
  const { account, workspace, cluster } = entity
  const kept: readonly string[] =
    run.direction === 'up' ? [subject.pools.driver, subject.pools.executor] : []
  const pools = await transaction.list(poolsOf(workspacePath(account, workspace)))
  const left = pools.filter(({ data }) => !kept.includes(String(data['pool'])))
  const uses = await Promise.all(left.map(({ path }) => transaction.get(usePath(path, cluster))))
  return uses.filter((use) => use !== undefined)
}
