// What there is once a simulation has come to rest: documents by kind, and the world beside them.
import type { InProcessStack } from '../../infra/local/stack/in-process.ts'
import { Entity } from '../../shared/domain/entity.ts'
import { LedgerEntry } from '../../shared/domain/ledger.ts'
import { entityRef, parentOf, runPath } from '../../shared/domain/paths.ts'
import { Fact, RequestOutcome } from '../../shared/domain/records.ts'
import { Run } from '../../shared/domain/run.ts'
import type { Fields } from '../../shared/ports.ts'
import type { Scenario } from './scenario.ts'

export interface Rest {
  readonly scenario: Scenario
  readonly stack: InProcessStack
  readonly documents: ReadonlyMap<string, Fields>
  readonly entities: ReadonlyMap<string, Entity>
  /** Entries by their path. */
  readonly ledger: ReadonlyMap<string, LedgerEntry>
  readonly requests: ReadonlyMap<string, RequestOutcome>
  readonly facts: ReadonlyMap<string, Fact>
  /** The run of an entity's newest generation. */
  runOf(path: string): Run | undefined
  /** What Kindling was last told: every workspace is to be gone. */
  readonly isDeleted: boolean
  readonly isBusy: (cluster: string) => boolean
  /** How long everything has been left alone, in milliseconds. */
  readonly idleFor: number
  /** What was another thing after every event had come again. */
  readonly changedByReplay: readonly string[]
  /** What functions failed with in the last minutes. */
  readonly failures: readonly string[]
  /** Messages that functions have not acknowledged. */
  readonly unacknowledged: number
}

export type Circumstances = Pick<
  Rest,
  'isDeleted' | 'failures' | 'unacknowledged' | 'isBusy' | 'idleFor' | 'changedByReplay'
>

export function readRest(scenario: Scenario, stack: InProcessStack, beside: Circumstances): Rest {
  const documents = new Map(stack.store.dump().map(({ path, data }) => [path, data]))
  const entities = new Map<string, Entity>()
  const ledger = new Map<string, LedgerEntry>()
  const requests = new Map<string, RequestOutcome>()
  const facts = new Map<string, Fact>()
  for (const [path, data] of documents) {
    const collection = path.split('/').at(-2)
    if (entityRef(path)) entities.set(path, Entity.parse(data))
    if (collection === 'ledger') ledger.set(path, LedgerEntry.parse(data))
    if (collection === 'requests') requests.set(path, RequestOutcome.parse(data))
    if (collection === 'facts') facts.set(path, Fact.parse(data))
  }
  return {
    scenario,
    stack,
    documents,
    entities,
    ledger,
    requests,
    facts,
    runOf(path) {
      const entity = entities.get(path)
      const data = entity && documents.get(runPath(path, entity.generation))
      return data && Run.parse(data)
    },
    ...beside,
  }
}

/** Documents of one collection name, such as `slots`, anywhere. */
export function inCollections(rest: Rest, ...names: readonly string[]): string[] {
  return [...rest.documents.keys()].filter((path) => names.includes(path.split('/').at(-2) ?? ''))
}

/** The entity that a document belongs to: the nearest above it. */
export function ownerOf(path: string): string {
  let owner = path
  while (owner.includes('/') && !entityRef(owner)) owner = parentOf(owner)
  return owner === '' ? path : owner
}

const HELD = /\/(slots|queue)\/[^/]+$/

/** What is not at rest yet, as one says it; empty when all is. Cheap: looks at documents as they are. */
export function unrest(documents: ReadonlyMap<string, Fields>): string[] {
  const found: string[] = []
  for (const [path, data] of documents) {
    const isEntity = typeof data['generation'] === 'number' && typeof data['kind'] === 'string'
    if (isEntity && entityRef(path)) {
      const run = documents.get(runPath(path, Number(data['generation'])))
      if (run?.['is'] !== 'settled')
        found.push(`${path} is ${String(data['state'])}, its run ${String(run?.['is'])}`)
      if (data['hibernation'] === 'WAKING') found.push(`${path} is waking`)
    } else if (HELD.test(path)) found.push(`${path} is held`)
    else if (path.includes('/requests/') && data['is'] === 'accepted')
      found.push(`${path} has no outcome`)
    else if (path.includes('/facts/') && data['publishedAt'] === null)
      found.push(`${path} is not told`)
  }
  return found
}
