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
import type { Reader, World } from '../ports.ts'
import { orPark, parkAll } from './park.ts'
import { read, readReadable } from './stored.ts'

export async function checkRelated(world: World, path: string, entity: Entity): Promise<void> {
  for (const related of await relatedTo(world.store, path, entity)) {
    await orPark(world, () => readWithRun(world.store, related))
  }
  if (entity.kind !== 'pool') return
  // Read by others, who pass over what cannot be read.
  await orPark(world, () => read(world.store, scaleUpPath(path), ScaleUpObservation))
  await parkAll(world, (await readReadable(world.store, usesOf(path), Use)).malformed)
}

async function relatedTo(reader: Reader, path: string, entity: Entity): Promise<string[]> {
  const { kind, account, workspace } = entity
  if (kind !== 'workspace') return [workspacePath(account, workspace)]
  const found = await Promise.all([reader.list(clustersOf(path)), reader.list(poolsOf(path))])
  return found.flat().map((document) => document.path)
}

async function readWithRun(reader: Reader, path: string): Promise<void> {
  const entity = await read(reader, path, Entity)
  if (entity) await read(reader, runPath(path, entity.value.generation), Run)
}
