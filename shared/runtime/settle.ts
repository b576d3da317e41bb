// The fence at the end of a run: its goal is reached, everything is recorded, nobody has changed the goal (protocol, SETTLE).
import type { Reason } from '../../events/lifecycle.ts'
import { Entity, type Status } from '../domain/entity.ts'
import { LedgerEntry } from '../domain/ledger.ts'
import { entityPath, ledgerOf, requestPath, runPath, usePath } from '../domain/paths.ts'
import { RequestOutcome } from '../domain/records.ts'
import { auditPeriod, nextRun, type Run, Run as RunSchema } from '../domain/run.ts'
import { saysAlready, withStatus } from '../domain/status.ts'
import type { StoredDocument, Transaction, World } from '../ports.ts'
import { stateFact } from './facts.ts'
import type { Moment } from './moment.ts'
import { fields, read, readAll, updateOf } from './stored.ts'

/** Settles the run of this moment with this status; false when something has changed since. */
export function settle(world: World, moment: Moment, status: Status): Promise<boolean> {
  const { path, entity: seen } = moment
  const { generation, account } = seen.value
  return world.store.transaction(async (transaction) => {
    const [entity, run, ledger, request] = await Promise.all([
      read(transaction, path, Entity),
      read(transaction, runPath(path, generation), RunSchema),
      readAll(transaction, ledgerOf(path), LedgerEntry),
      read(transaction, requestPath(account, seen.value.request), RequestOutcome),
    ])
    const isCurrent =
      entity?.document.version === seen.document.version &&
      run?.value.is === 'active' &&
      isUnchanged(moment, ledger)
    if (!isCurrent) return false
    const now = transaction.readTime()
    const uses = await readUses(transaction, entity.value, run.value)

    const wakeAt = run.value.direction === 'up' ? now + auditPeriod(run.value.plan) : undefined
    const settled = nextRun(run.value, { type: 'settled', at: now, wakeAt })
    if (!settled) return false
    transaction.update(run.document, fields(settled))
    if (!saysAlready(entity.value, status)) {
      transaction.update(entity.document, fields(withStatus(entity.value, status, now)))
      const reason = 'reason' in status ? status.reason : undefined
      for (const fact of stateFact(path, entity.value, status.state, reason, now)) {
        if (fact.op === 'create') transaction.create(fact.path, fact.data)
      }
    }
    if (request?.value.is === 'accepted') {
      transaction.update(
        request.document,
        fields({ ...request.value, is: 'reached', endedAt: now }),
      )
    }
    for (const entry of ledger) {
      if (entry.value.thing.have === 'absent') transaction.delete(entry.document)
    }
    for (const use of uses) transaction.delete(use)
    return true
  })
}

function isUnchanged(moment: Moment, ledger: readonly { document: StoredDocument }[]): boolean {
  const versions = new Map(moment.ledger.map(({ document }) => [document.path, document.version]))
  return (
    ledger.length === versions.size &&
    ledger.every(({ document }) => versions.get(document.path) === document.version)
  )
}

/** A cluster that is gone uses no pool any more, also one that it never came to wait for. */
async function readUses(
  transaction: Transaction,
  entity: Entity,
  run: Run,
): Promise<StoredDocument[]> {
  if (entity.kind !== 'cluster' || run.is !== 'active' || run.direction === 'up') return []
  const { subject } = run.plan
  if (subject.kind !== 'cluster') return []
  const { account, workspace, cluster } = entity
  const pools = [...new Set([subject.pools.driver, subject.pools.executor])]
  const uses = await Promise.all(
    pools.map((pool) =>
      transaction.get(usePath(entityPath({ kind: 'pool', account, workspace, pool }), cluster)),
    ),
  )
  return uses.filter((use) => use !== undefined)
}

/** Makes a settled run active again: what it had made has come apart. Refused when somebody was first. */
export async function reopen(world: World, moment: Moment): Promise<void> {
  // Due at once: the process may die before it has begun anything.
  const wakeAt = moment.situation.now
  const reopened = nextRun(moment.run.value, { type: 'reopened', wakeAt })
  if (reopened) await world.store.commit([updateOf(moment.run, reopened)])
}

/** Writes a status that is not yet final, with its fact when the state changed; false when refused. */
export function writeStatus(world: World, moment: Moment, status: Status): Promise<boolean> {
  const { entity, path, situation } = moment
  const reason: Reason | undefined = 'reason' in status ? status.reason : undefined
  const isNewState = status.state !== entity.value.state
  return world.store.commit([
    updateOf(entity, withStatus(entity.value, status, situation.now)),
    ...(isNewState ? stateFact(path, entity.value, status.state, reason, situation.now) : []),
  ])
}
