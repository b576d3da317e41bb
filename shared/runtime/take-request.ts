// What every request has in common: it is read, and ends in one visible outcome, also where a document that it rests on cannot
// be worked with; then what it is about is looked at.
import type { z } from 'zod'
import type { EventDeclaration } from '../../events/envelope.ts'
import type { Reason } from '../../events/lifecycle.ts'
import { MalformedDocument } from '../domain/document-fault.ts'
import type { World } from '../ports.ts'
import { advance } from './advance.ts'
import { type Message, type RequestRef, takeIn } from './intake.ts'
import { reject } from './outcome.ts'
import { park } from './park.ts'
import { refusal } from './refusal.ts'

/** `accept` answers the path of the entity to look at next, or undefined when there is nothing to do. */
export async function takeRequest<Schema extends z.ZodType>(
  world: World,
  message: Message,
  event: EventDeclaration<Schema>,
  accept: (world: World, ref: RequestRef, data: z.infer<Schema>) => Promise<string | undefined>,
): Promise<void> {
  const intake = takeIn(message, event)
  if (intake.is === 'refused') return reject(world, intake.ref, intake.reason)
  const path = await orRefuse(world, intake.ref, () => accept(world, intake.ref, intake.data))
  if (path !== undefined) await advance(world, path)
}

async function orRefuse(
  world: World,
  ref: RequestRef,
  accept: () => Promise<string | undefined>,
): Promise<string | undefined> {
  try {
    return await accept()
  } catch (error) {
    if (!(error instanceof MalformedDocument)) throw error
    await park(world, error)
    await reject(world, ref, unreadable())
    return undefined
  }
}

function unreadable(): Reason {
  return refusal('INTERNAL_ERROR', 'what Kindling has stored of this cannot be read', {
    mend: 'ask the operators of Kindling, whom "kindling parked" tells what to mend; then publish the event again under a new id',
  })
}
