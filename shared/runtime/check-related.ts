// Entities that are looked at see to it that those beside them can be found: a run whose alarm was damaged never rings, and so
// would be told of by nobody. A workspace looks at what lives in it, and what lives in it at its workspace.
import { Entity } from '../domain/entity.ts'
import {
  clustersOf,
  poolsOf,
  runPath,
  scaleUpPath,
  usesOf,
  workspacePath,
} from '../domain/paths.ts'
import { Use } from '../domain/records.ts'
import { Run } from '../domain/run.ts'
import { ScaleUpObservation } from '../domain/scale-up-block.ts'
import type { Reader, StoredDocument, World } from '../ports.ts'
import { orPark, parkAll } from './park.ts'
import { parseStored, read, readReadable } from './stored.ts'

export async function checkRelated(world: World, path: string, entity: Entity): Promise<void> {
  for (const related of await relatedTo(world.store, path, entity)) {
    await orPark(world, () => readRun(world.store, related))
  }
  if (entity.kind !== 'pool') return
  // Read by others, who pass over what cannot be read.
  await orPark(world, () => read(world.store, scaleUpPath(path), ScaleUpObservation))
  await parkAll(world, (await readReadable(world.store, usesOf(path), Use)).malformed)
}

async function relatedTo(reader: Reader, path: string, entity: Entity): Promise<StoredDocument[]> {
  const { kind, account, workspace } = entity
  if (kind === 'workspace')
    return (await Promise.all([reader.list(clustersOf(path)), reader.list(poolsOf(path))])).flat()
  const home = await reader.get(workspacePath(account, workspace))
  return home ? [home] : []
}

/** Of an entity that can itself be read. */
async function readRun(reader: Reader, document: StoredDocument): Promise<void> {
  const { value } = parseStored(Entity, document)
  await read(reader, runPath(document.path, value.generation), Run)
}
