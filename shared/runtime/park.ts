// A document that cannot be worked with is parked: what is wrong with it stands beside it, where operators see it, and whoever
// met it goes on with something else (docs/decisions/0022). The sweep sees when it is mended, and its entity goes on.
import { MalformedDocument } from '../domain/document-fault.ts'
import { Parked, parkedFor, parkedPathOf } from '../domain/parked.ts'
import type { Fields, Severity, StoredDocument, World } from '../ports.ts'
import { textOf } from './failures.ts'
import { storeClock } from './store-clock.ts'
import { createOf, parseStored, type Stored } from './stored.ts'

/** Keeps what is wrong, once. Throws when that cannot be kept: then the event must come again. */
export async function park(world: World, error: MalformedDocument): Promise<void> {
  const path = parkedPathOf(error.document)
  const before = await world.store.get(path)
  const known = before && readParked(before)
  if (known && isOf(known.value, error)) return
  const data = parkedFor(error, (await storeClock(world))())
  // Refused: another was first.
  const isKept = await world.store.commit([
    before ? { op: 'update', from: before, data: { ...data } } : createOf(path, data),
  ])
  const { document, fault } = error
  if (isKept) world.log('ERROR', 'document parked', { path: document, ...fault })
}

function isOf(parked: Parked, { fault }: MalformedDocument): boolean {
  return parked.is === fault.is && parked.field === fault.field && parked.got === fault.got
}

export function readParked(document: StoredDocument): Stored<Parked> | undefined {
  try {
    return parseStored(Parked, document)
  } catch (error) {
    if (error instanceof MalformedDocument) return undefined
    throw error
  }
}

/** Does it; when a document stands in the way that cannot be worked with, that is parked, and the answer undefined. */
export async function orPark<Result>(
  world: World,
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof MalformedDocument)) throw error
    await park(world, error)
    return undefined
  }
}

/** Parks each of them, of a read that has gone on without them. */
export async function parkAll(
  world: World,
  malformed: readonly MalformedDocument[],
): Promise<void> {
  for (const error of malformed) await park(world, error)
}

/** For whoever has others to look after: a malformed document is parked, and everything else only logged. */
export async function parkOrLog(
  world: World,
  error: unknown,
  ...[severity, message, about]: readonly [Severity, string, Fields]
): Promise<void> {
  if (!(error instanceof MalformedDocument)) {
    world.log(severity, message, { ...about, error: textOf(error) })
    return
  }
  try {
    await park(world, error)
  } catch (why) {
    world.log('ERROR', 'document could not be parked', { ...about, error: textOf(why) })
  }
}
