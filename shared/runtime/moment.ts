// One consistent look at an entity: every document that a decision reads, of the same moment (protocol rule 6).
import { MalformedDocument } from '../domain/document-fault.ts'
import { ClusterEntity, Entity, PoolEntity } from '../domain/entity.ts'
import { LedgerEntry } from '../domain/ledger.ts'
import { clustersOf, ledgerOf, observationPath, poolsOf, runPath } from '../domain/paths.ts'
import { Observation } from '../domain/records.ts'
import { Run } from '../domain/run.ts'
import type { Situation } from '../domain/situation.ts'
import type { SnapshotReader, Store } from '../ports.ts'
import { readBlocked } from './read-blocked.ts'
import { read, readAll, type Readable, readReadable, type Stored } from './stored.ts'

export interface Moment {
  readonly path: string
  readonly entity: Stored<Entity>
  readonly run: Stored<Run>
  readonly ledger: readonly Stored<LedgerEntry>[]
  readonly situation: Situation
}

/** What is known of an entity now, or undefined when there is no such entity. */
export function readMoment(
  store: Store,
  path: string,
  hinted: ReadonlySet<string> = new Set(),
): Promise<Moment | undefined> {
  return store.snapshot(async (reader) => {
    const entity = await read(reader, path, Entity)
    if (!entity) return undefined
    const [run, entries, observation] = await Promise.all([
      read(reader, runPath(path, entity.value.generation), Run),
      readAll(reader, ledgerOf(path), LedgerEntry),
      entity.value.kind === 'cluster'
        ? read(reader, observationPath(path), Observation)
        : undefined,
    ])
    const ledger = entries.toSorted(byVersion)
    if (!run) throw withoutRun(path, entity.value.generation)
    const isClosing = entity.value.kind === 'workspace' && run.value.direction === 'down'
    const situation: Situation = {
      entity: entity.value,
      run: run.value,
      ledger: ledger.map(({ value }) => value),
      observation: observation?.value,
      blocked: await readBlocked(reader, entity.value, run.value),
      awaited: await readAwaited(reader, run.value),
      ...(isClosing ? { children: await readChildren(reader, path) } : {}),
      now: reader.readTime(),
      hinted,
    }
    return { path, entity, run, ledger, situation }
  })
}

function byVersion({ document: a }: Stored<unknown>, { document: b }: Stored<unknown>): number {
  if (a.version === b.version) return 0
  return a.version < b.version ? -1 : 1
}

/** A generation and its run are written together. */
function withoutRun(path: string, generation: number): MalformedDocument {
  return new MalformedDocument(path, {
    is: 'unreadable',
    field: 'generation',
    got: String(generation),
    allowed: 'a generation that has a run',
    mend: `write the number of its newest run, or restore "${runPath(path, generation)}"`,
  })
}

async function readAwaited(reader: SnapshotReader, run: Run): Promise<ReadonlyMap<string, Entity>> {
  const found = new Map<string, Entity>()
  const awaited = await Promise.all(
    awaitedPaths(run).map(async (path) => ({ path, entity: await read(reader, path, Entity) })),
  )
  for (const { path, entity } of awaited) if (entity) found.set(path, entity.value)
  return found
}

function awaitedPaths(run: Run): string[] {
  if (run.is === 'waiting') return [run.waitsFor]
  if (run.is !== 'active' || run.direction === 'down') return []
  const paths = run.plan.items.flatMap((item) => (item.awaits === undefined ? [] : [item.awaits]))
  return [...new Set(paths)]
}

/** What still lives in a workspace. */
async function readChildren(
  reader: SnapshotReader,
  workspace: string,
): Promise<NonNullable<Situation['children']>> {
  const [clusters, pools] = await Promise.all([
    readReadable(reader, clustersOf(workspace), ClusterEntity),
    readReadable(reader, poolsOf(workspace), PoolEntity),
  ])
  return {
    clusters: pathsOf(clusters, ['TERMINATED']),
    pools: pathsOf(pools, ['RETIRED', 'FAILED']),
  }
}

/** What cannot be read may live. */
function pathsOf({ readable, malformed }: Readable<Entity>, ended: readonly string[]): string[] {
  const live = readable.filter(({ value }) => !ended.includes(value.state))
  return [...live.map(({ document }) => document.path), ...malformed.map((each) => each.document)]
}
