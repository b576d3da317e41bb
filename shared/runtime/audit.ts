// The audit of one workspace (protocol rule 18): what bears its mark and stands in no ledger was made by a hand that came too
// late, and is removed once it was seen twice. What does not bear the mark is never touched. The other way round, what a
// ledger has and the world lacks, is heal.ts.
import { judge, type Held, type Sighting, Suspects } from '../domain/audit.ts'
import { Entity, WorkspaceOutputs } from '../domain/entity.ts'
import { LedgerEntry } from '../domain/ledger.ts'
import { clustersOf, ledgerOf, poolsOf, runPath, suspectsPath } from '../domain/paths.ts'
import type { Plan } from '../domain/plan.ts'
import { Run } from '../domain/run.ts'
import type { SnapshotReader, World, Write } from '../ports.ts'
import { textOf } from './failures.ts'
import { type Found, listMarked, type Place, removeMarked } from './marked-things.ts'
import { stepPorts } from './step-ports.ts'
import { createOf, read, readAll, type Stored, updateOf } from './stored.ts'

/** Whether something is suspected, so that the next audit is to come soon. `plan`: of the workspace's newest run. */
export async function auditWorkspace(world: World, path: string, plan: Plan): Promise<boolean> {
  const place = await placeOf(world, path, plan)
  const { found, unlisted } = await listMarked(world.log, place)
  // The ledgers are read after the listing: whatever was listed had its entry before it was made.
  const { held, before, now } = await world.store.snapshot((reader) =>
    readHeld(reader, path, found),
  )
  const earlier = before?.value.sightings ?? []
  const verdict = judge({ listed: found, unlisted, held, before: earlier, now })
  for (const sighting of verdict.sightings) {
    if (sighting.since === now) world.log('WARNING', 'orphan seen', { path, ...sighting })
  }
  const writes = keeping(path, before, verdict.sightings)
  // Refused: another audit of this workspace is under way, and will do the rest.
  if (writes.length > 0 && !(await world.store.commit(writes))) return true
  const leaving = new Set(found.filter((thing) => thing.leaving).map(({ name }) => name))
  for (const orphan of verdict.orphans) {
    if (!leaving.has(orphan.name)) await remove(world, path, place, orphan)
  }
  return verdict.sightings.length > 0
}

async function placeOf(world: World, path: string, { subject }: Plan): Promise<Place> {
  const { identity } = subject
  const entries = await readAll(world.store, ledgerOf(path), LedgerEntry)
  const made = entries.find(({ value }) => value.item.step === 'gke-cluster')?.value.thing
  const outputs = WorkspaceOutputs.safeParse(made?.have === 'present' ? made.output : undefined)
  const ports = stepPorts(world, identity, world.clock.now())
  return { identity, ports, gke: outputs.data }
}

interface Known {
  readonly held: readonly Held[]
  readonly before: Stored<Suspects> | undefined
  readonly now: number
}

/** The ledgers of the workspace, of its pools, and of the clusters that something found belongs to. */
async function readHeld(
  reader: SnapshotReader,
  path: string,
  found: readonly Found[],
): Promise<Known> {
  const [before, pools] = await Promise.all([
    read(reader, suspectsPath(path), Suspects),
    readAll(reader, poolsOf(path), Entity),
  ])
  const clusters = new Set(found.flatMap(({ cluster }) => cluster ?? []))
  const paths = [
    path,
    ...pools.map(({ document }) => document.path),
    ...Array.from(clusters, (cluster) => `${clustersOf(path)}/${cluster}`),
  ]
  const held = await Promise.all(paths.map((each) => heldBy(reader, each)))
  return { held, before, now: reader.readTime() }
}

/** An entity that was deleted for good has no document, but may have a ledger for a moment longer. */
async function heldBy(reader: SnapshotReader, path: string): Promise<Held> {
  const [entity, ledger] = await Promise.all([
    read(reader, path, Entity),
    readAll(reader, ledgerOf(path), LedgerEntry),
  ])
  const run = entity && (await read(reader, runPath(path, entity.value.generation), Run))
  return { run: run?.value, ledger: ledger.map(({ value }) => value) }
}

/** What is suspected, where that has changed; no document is kept for nothing. */
function keeping(
  path: string,
  before: Stored<Suspects> | undefined,
  sightings: readonly Sighting[],
): Write[] {
  if (!before) {
    return sightings.length === 0 ? [] : [createOf(suspectsPath(path), { sightings })]
  }
  if (sightings.length === 0) return [{ op: 'delete', from: before.document }]
  const isSame = JSON.stringify(before.value.sightings) === JSON.stringify(sightings)
  return isSame ? [] : [updateOf(before, { sightings })]
}

/** Whatever stands in its way goes first, or is gone by the next audit. */
async function remove(world: World, path: string, place: Place, orphan: Sighting): Promise<void> {
  try {
    await removeMarked(place, orphan)
    world.log('WARNING', 'orphan removed', { path, ...orphan })
  } catch (error) {
    const why = textOf(error)
    world.log('WARNING', 'orphan could not be removed', { path, ...orphan, error: why })
  }
}
