// Reads what commands show: an entity with its run, its ledger and what it waits for.
import { Entity } from '../../shared/domain/entity.ts'
import { LedgerEntry } from '../../shared/domain/ledger.ts'
import {
  entityPath,
  ledgerOf,
  observationPath,
  queueOf,
  runPath,
  slotsOf,
} from '../../shared/domain/paths.ts'
import { Observation, Ticket } from '../../shared/domain/records.ts'
import { Run } from '../../shared/domain/run.ts'
import type { Reader } from '../../shared/ports.ts'
import { read, readAll } from '../../shared/runtime/stored.ts'

export interface StoredEntity {
  readonly path: string
  readonly entity: Entity
  readonly run: Run | undefined
  readonly ledger: readonly LedgerEntry[]
  readonly observation: Observation | undefined
  /** The pools of a cluster. */
  readonly pools: readonly StoredEntity[]
  /** Of a workspace: what its GKE cluster works on, and what waits for that. */
  readonly operations?: Operations
}

/** Operations on one GKE cluster, which takes few at once. */
export interface Operations {
  readonly underWay: readonly Ticket[]
  /** Oldest first. */
  readonly waiting: readonly Ticket[]
}

/** Undefined when there is no such entity yet. */
export async function readEntity(store: Reader, path: string): Promise<StoredEntity | undefined> {
  const entity = (await read(store, path, Entity))?.value
  if (!entity) return undefined
  const [run, ledger, observation] = await Promise.all([
    read(store, runPath(path, entity.generation), Run),
    readAll(store, ledgerOf(path), LedgerEntry),
    entity.kind === 'cluster' ? read(store, observationPath(path), Observation) : undefined,
  ])
  const pools = await Promise.all(
    poolPaths(entity, run?.value).map((pool) => readEntity(store, pool)),
  )
  return {
    ...(entity.kind === 'workspace' ? { operations: await readOperations(store, path) } : {}),
    path,
    entity,
    run: run?.value,
    ledger: ledger.map(({ value }) => value),
    observation: observation?.value,
    pools: pools.filter((pool) => pool !== undefined),
  }
}

async function readOperations(store: Reader, workspace: string): Promise<Operations> {
  const [held, queued] = await Promise.all([
    readAll(store, slotsOf(workspace), Ticket),
    readAll(store, queueOf(workspace), Ticket),
  ])
  // An operation on the whole cluster holds every slot.
  const underWay = new Map(held.map(({ value }) => [`${value.entity} ${value.key}`, value]))
  const waiting = queued.map(({ value }) => value).toSorted((a, b) => a.since - b.since)
  return { underWay: [...underWay.values()], waiting }
}

function poolPaths(entity: Entity, run: Run | undefined): string[] {
  if (entity.kind !== 'cluster' || !run || run.is === 'waiting') return []
  const subject = run.plan?.subject
  if (subject?.kind !== 'cluster') return []
  const { account, workspace } = entity
  return [...new Set([subject.pools.driver, subject.pools.executor])].map((pool) =>
    entityPath({ kind: 'pool', account, workspace, pool }),
  )
}
