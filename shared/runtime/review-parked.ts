// The sweep's look at what is parked: what is mended, or gone, is parked no more, and its entity goes on.
import { MalformedDocument } from '../domain/document-fault.ts'
import { entityOfDocument, storedTypeOf } from '../domain/stored-types.ts'
import type { World } from '../ports.ts'
import { advance } from './advance.ts'
import { parkOrLog, readParked } from './park.ts'
import { parseStored } from './stored.ts'

/** Parked documents that one sweep goes through. */
const PAGE = 500

/** Answers the paths of those that still are. */
export async function reviewParked(world: World): Promise<ReadonlySet<string>> {
  const found = await world.store.find({ find: 'parked', limit: PAGE })
  const still = new Set<string>()
  const mended = new Set<string>()
  for (const document of found) {
    const parked = readParked(document)
    if (parked && (await isMalformed(world, parked.value.document))) {
      still.add(parked.value.document)
      continue
    }
    // Refused: it was parked anew.
    const isOver = await world.store.commit([{ op: 'delete', from: document }])
    const entity = parked && entityOfDocument(parked.value.document)
    if (isOver && parked) world.log('INFO', 'document mended', { path: parked.value.document })
    if (isOver && entity !== undefined) mended.add(entity)
  }
  for (const entity of mended) await lookAgain(world, entity)
  return still
}

async function isMalformed(world: World, path: string): Promise<boolean> {
  const document = await world.store.get(path)
  const type = storedTypeOf(path)
  if (!document || !type) return false
  try {
    parseStored(type.schema, document)
    return false
  } catch (error) {
    if (error instanceof MalformedDocument) return true
    throw error
  }
}

async function lookAgain(world: World, entity: string): Promise<void> {
  try {
    await advance(world, entity, { runForgotten: true })
  } catch (error) {
    await parkOrLog(world, error, 'ERROR', 'sweep of a run failed', { path: entity })
  }
}
