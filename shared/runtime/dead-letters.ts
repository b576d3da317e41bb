// Failures are kept with their cause, so that whoever looks after Kindling sees what was given up on, mends it, and has it done
// again (docs/decisions/0016).
import { CallError } from '../call-error.ts'
import {
  afterDeath,
  afterFailure,
  DeadLetter,
  deadLetterPathOf,
  type DeadMessage,
  isOver,
} from '../domain/dead-letter.ts'
import { checkDocument } from '../domain/document-fault.ts'
import { UNADDRESSED } from '../domain/paths.ts'
import type { Instant } from '../domain/time.ts'
import type { Fields, StoredDocument, World, Write } from '../ports.ts'
import { textOf } from './failures.ts'
import { accountIn } from './intake.ts'
import { storeClock } from './store-clock.ts'
import { createOf, read, type Stored, updateOf } from './stored.ts'

/** Times that a letter is read again because another was writing it. */
const TRIES = 5
/** Of those that the sweep goes through. */
const PAGE = 500

/** Of a message: a delivery has failed, and another will come. Never throws: the failure itself is what counts. */
export function tellDeliveryFailed(
  world: World,
  name: string,
  data: string,
  error: unknown,
): Promise<void> {
  const path = deadLetterPathOf(accountIn(data), name, data)
  return tell(world, path, { function: name, cause: textOf(error) })
}

/** Of an entity or fact that the sweep has tried, and will try again. Never throws. */
export function tellSweepFailed(world: World, document: string, error: unknown): Promise<void> {
  const account = document.split('/')[1] ?? UNADDRESSED
  const path = deadLetterPathOf(account, 'sweep', document)
  return tell(world, path, { function: 'sweep', cause: textOf(error), document })
}

async function tell(
  world: World,
  path: string,
  failed: Parameters<typeof afterFailure>[1],
): Promise<void> {
  try {
    await rewrite(world, path, (before, now) => afterFailure(before, failed, now))
  } catch (why) {
    world.log('WARNING', 'failure could not be kept', { path, error: textOf(why) })
  }
}

/** Keeps a message that was given up on. Throws what the store throws: then it is delivered again. */
export async function keepDeadLetter(
  world: World,
  name: string,
  message: DeadMessage,
): Promise<void> {
  const path = deadLetterPathOf(accountIn(message.data), name, message.data)
  await rewrite(world, path, (before, now) => afterDeath(before, name, message, now))
  world.log('ERROR', 'message given up on', { path, function: name, topic: message.topic })
}

async function rewrite(
  world: World,
  path: string,
  change: (before: DeadLetter | undefined, now: Instant) => DeadLetter,
): Promise<void> {
  const now = (await storeClock(world))()
  for (let tries = 0; tries < TRIES; tries++) {
    const document = await world.store.get(path)
    // One that cannot be read is written anew.
    const before = document && readable(document)
    const next = { ...change(before?.value, now) }
    const again = before ? updateOf(before, next) : document && replacing(document, next)
    if (await world.store.commit([again ?? createOf(path, next)])) return
  }
  throw new Error(`"${path}": others wrote it ${TRIES} times in a row`)
}

function readable(document: StoredDocument): Stored<DeadLetter> | undefined {
  const checked = checkDocument(DeadLetter, document.data)
  return 'value' in checked ? { document, value: checked.value } : undefined
}

const replacing = (from: StoredDocument, data: Fields): Write => ({ op: 'update', from, data })

/** Publishes the message again, as it was, on its topic. Throws `invalid`, with what is wrong. */
export async function replay(world: World, path: string): Promise<void> {
  const letter = await read(world.store, path, DeadLetter)
  if (!letter) throw new CallError('invalid', `there is no dead letter ${path}`)
  const { message } = letter.value
  if (!message) {
    throw new CallError('invalid', `${path} is no message: the sweep tries it again by itself`)
  }
  if (message.isCut) {
    throw new CallError('invalid', `${path} was too large to be kept: publish it from its source`)
  }
  const { topic, data, attributes } = message
  await world.bus.publish(topic, { data, attributes })
  // Refused: it was given up on anew. At worst it is published twice, as any message may be.
  await world.store.commit([{ op: 'delete', from: letter.document }])
}

/** What the sweep tries in vain no more is forgotten. */
export async function forgetOver(world: World, now: Instant): Promise<void> {
  for (const document of await world.store.find({ find: 'dead-letters', limit: PAGE })) {
    const letter = readable(document)
    if (letter && isOver(letter.value, now))
      await world.store.commit([{ op: 'delete', from: document }])
  }
}
