// Every type of document, with the paths at which it stands and the schema that it is read with: what reviews documents
// whoever wrote them, and what tests go through.
import type { z } from 'zod'
import { Suspects } from './audit.ts'
import { DeadLetter } from './dead-letter.ts'
import { ClusterEntity, PoolEntity, WorkspaceEntity } from './entity.ts'
import { LedgerEntry } from './ledger.ts'
import { Meter } from './meter.ts'
import { entityRef, parentOf } from './paths.ts'
import { Attempt, Fact, Observation, RequestOutcome, Ticket, Tombstone, Use } from './records.ts'
import { Parked } from './parked.ts'
import { Run } from './run.ts'
import { ScaleUpObservation } from './scale-up-block.ts'

export interface StoredType {
  readonly name: string
  readonly schema: z.ZodType
  /** The end of its path: collection and, where only one document of it is meant, its id. */
  readonly at: string
}

/** `*` stands for any id. */
export const storedTypes = [
  { name: 'workspace', schema: WorkspaceEntity, at: 'workspaces/*' },
  { name: 'pool', schema: PoolEntity, at: 'pools/*' },
  { name: 'cluster', schema: ClusterEntity, at: 'clusters/*' },
  { name: 'run', schema: Run, at: 'runs/*' },
  { name: 'ledger entry', schema: LedgerEntry, at: 'ledger/*' },
  { name: 'attempt', schema: Attempt, at: 'attempts/*' },
  { name: 'request', schema: RequestOutcome, at: 'requests/*' },
  { name: 'fact', schema: Fact, at: 'facts/*' },
  { name: 'observation', schema: Observation, at: 'observations/pods' },
  { name: 'scale-up observation', schema: ScaleUpObservation, at: 'observations/scale-up' },
  { name: 'use', schema: Use, at: 'uses/*' },
  { name: 'slot', schema: Ticket, at: 'slots/*' },
  { name: 'place in the queue', schema: Ticket, at: 'queue/*' },
  { name: 'tombstone', schema: Tombstone, at: 'tombstones/*' },
  { name: 'suspects', schema: Suspects, at: 'audit/suspects' },
  { name: 'meter', schema: Meter, at: 'meter/nodes' },
  { name: 'dead letter', schema: DeadLetter, at: 'deadLetters/*' },
  { name: 'parked', schema: Parked, at: 'parked/*' },
] as const satisfies readonly StoredType[]

/** Undefined for a path at which Kindling keeps nothing. */
export function storedTypeOf(path: string): StoredType | undefined {
  const [collection, id] = path.split('/').slice(-2)
  return storedTypes.find(({ at }) => at === `${collection}/${id}` || at === `${collection}/*`)
}

/** The entity that a document is or belongs to; undefined for what belongs to an account alone. */
export function entityOfDocument(path: string): string | undefined {
  for (let at = path; at !== ''; at = parentOf(at)) if (entityRef(at)) return at
  return undefined
}
