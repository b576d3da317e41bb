// A cluster that is deleted for good leaves a tombstone and nothing else that anybody looks at.
import type { ClusterEntity } from '../domain/entity.ts'
import { observationPath, tombstonePath, workspacePath } from '../domain/paths.ts'
import { Tombstone } from '../domain/records.ts'
import type { Transaction, Write } from '../ports.ts'
import { stateFact } from './facts.ts'
import { createOf, read, type Stored, updateOf } from './stored.ts'

/** `generation`: the newest, after which a cluster of the same id would begin. */
export async function forgettingWrites(
  transaction: Transaction,
  path: string,
  cluster: Stored<ClusterEntity>,
  generation: number,
): Promise<Write[]> {
  const { account, workspace, cluster: id } = cluster.value
  const place = tombstonePath(workspacePath(account, workspace), id)
  const [before, observation] = await Promise.all([
    read(transaction, place, Tombstone),
    transaction.get(observationPath(path)),
  ])
  const now = transaction.readTime()
  const tombstone: Tombstone = { generation, deletedAt: now }
  const reason = 'reason' in cluster.value ? cluster.value.reason : undefined
  return [
    { op: 'delete', from: cluster.document },
    before ? updateOf(before, tombstone) : createOf(place, tombstone),
    ...(observation ? [{ op: 'delete' as const, from: observation }] : []),
    ...stateFact(path, { ...cluster.value, generation }, { state: 'DELETED', reason }, now),
  ]
}
