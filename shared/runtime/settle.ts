// The fence at the end of a run: its goal is reached, everything is recorded, nobody has changed the goal (protocol, SETTLE).
import { Entity, type Status } from '../domain/entity.ts'
import { LedgerEntry } from '../domain/ledger.ts'
import { firstLook } from '../domain/next-look.ts'
import { ledgerOf, requestPath, runPath } from '../domain/paths.ts'
import { RequestOutcome } from '../domain/records.ts'
import { nextRun, Run } from '../domain/run.ts'
import { saysAlready, withStatus } from '../domain/status.ts'
import type { StoredDocument, Transaction, World, Write } from '../ports.ts'
import { endedUses } from './ended-uses.ts'
import { isTold, stateFact } from './facts.ts'
import { forgettingWrites } from './forget-cluster.ts'
import { writeIn } from './generation.ts'
import type { Moment } from './moment.ts'
import { read, readAll, type Stored, updateOf } from './stored.ts'

/** Settles the run of this moment with this status; false when something has changed since. */
export function settle(world: World, moment: Moment, status: Status): Promise<boolean> {
  const { path, entity: seen } = moment
  const { generation, account } = seen.value
  return world.store.transaction(async (transaction) => {
    const [entity, run, ledger, request] = await Promise.all([
      read(transaction, path, Entity),
      read(transaction, runPath(path, generation), Run),
      readAll(transaction, ledgerOf(path), LedgerEntry),
      read(transaction, requestPath(account, seen.value.request), RequestOutcome),
    ])
    const isCurrent =
      entity?.document.version === seen.document.version &&
      run?.value.is === 'active' &&
      isUnchanged(moment, ledger)
    if (!isCurrent) return false
    const now = transaction.readTime()
    const uses = await endedUses(transaction, entity.value, run.value)

    // Of a workspace that is gone, what a late hand made is still looked for.
    const isAudited = run.value.direction === 'up' || entity.value.kind === 'workspace'
    const wakeAt = isAudited ? firstLook(run.value, now) : undefined
    const settled = nextRun(run.value, { type: 'settled', at: now, wakeAt })
    if (!settled) return false
    const forgotten = await forgetting(transaction, path, entity)
    writeIn(transaction, [updateOf(run, settled), ...forgotten])
    if (forgotten.length === 0 && !saysAlready(entity.value, status)) {
      const changed = updateOf(entity, withStatus(entity.value, status, now))
      writeIn(transaction, [changed, ...stateFact(path, entity.value, status, now)])
    }
    if (request?.value.is === 'accepted') {
      const reached = updateOf(request, { ...request.value, is: 'reached', endedAt: now })
      writeIn(transaction, [reached])
    }
    for (const entry of ledger) {
      if (entry.value.thing.have === 'absent') transaction.delete(entry.document)
    }
    for (const use of uses) transaction.delete(use)
    return true
  })
}

/** What is written of a cluster that was to be deleted, once it is gone; nothing for any other. */
async function forgetting(
  transaction: Transaction,
  path: string,
  { value, document }: Stored<Entity>,
): Promise<Write[]> {
  if (value.kind !== 'cluster' || value.state !== 'TERMINATING' || !value.forGood) return []
  return forgettingWrites(transaction, path, { value, document }, value.generation)
}

function isUnchanged(moment: Moment, ledger: readonly { document: StoredDocument }[]): boolean {
  const versions = new Map(moment.ledger.map(({ document }) => [document.path, document.version]))
  return (
    ledger.length === versions.size &&
    ledger.every(({ document }) => versions.get(document.path) === document.version)
  )
}

/** Makes a settled run active again: what it had made has come apart. Refused when somebody was first. */
export async function reopen(world: World, moment: Moment): Promise<void> {
  // Due at once: the process may die before it has begun anything.
  const wakeAt = moment.situation.now
  const reopened = nextRun(moment.run.value, { type: 'reopened', wakeAt })
  if (reopened) await world.store.commit([updateOf(moment.run, reopened)])
}

/** Writes a status that is not yet final, with its fact where there is one to tell; false when refused. */
export function writeStatus(world: World, moment: Moment, status: Status): Promise<boolean> {
  const { entity, path, situation } = moment
  const { value } = entity
  return world.store.commit([
    updateOf(entity, withStatus(value, status, situation.now)),
    ...(isTold(value, status) ? stateFact(path, value, status, situation.now) : []),
  ])
}
