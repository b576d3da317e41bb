// An operator asks to look at one entity now, instead of at the next sweep.
import { z } from 'zod'
import { MalformedDocument } from '../../shared/domain/document-fault.ts'
import { entityRef } from '../../shared/domain/paths.ts'
import type { World } from '../../shared/ports.ts'
import { advance } from '../../shared/runtime/advance.ts'
import { park } from '../../shared/runtime/park.ts'
import { CallError } from '../../shared/call-error.ts'
import type { CallEvent } from '../event.ts'

const Body = z.strictObject({ entity: z.string().max(512) })

/** Throws `invalid` when the body does not name an entity by its path, or a document of it cannot be worked with. */
export async function handle(world: World, { body }: CallEvent): Promise<void> {
  const parsed = Body.safeParse(body)
  if (!parsed.success || !entityRef(parsed.data.entity)) {
    throw new CallError('invalid', 'body: {"entity": "accounts/A/workspaces/W[/clusters/C]"}')
  }
  try {
    await advance(world, parsed.data.entity, { runForgotten: true })
  } catch (error) {
    if (!(error instanceof MalformedDocument)) throw error
    await park(world, error)
    throw new CallError('invalid', error.message)
  }
}
