// An operator wants a message that was given up on to be delivered again.
import { z } from 'zod'
import { CallError } from '../../shared/call-error.ts'
import type { World } from '../../shared/ports.ts'
import { replay } from '../../shared/runtime/dead-letters.ts'
import type { CallEvent } from '../event.ts'

const Body = z.strictObject({
  deadLetter: z.string().regex(/^accounts\/[^/]+\/deadLetters\/[^/]+$/),
})

/** Throws `invalid` when the body names no dead letter, or one that cannot be delivered again. */
export async function handle(world: World, { body }: CallEvent): Promise<void> {
  const parsed = Body.safeParse(body)
  if (!parsed.success) {
    throw new CallError('invalid', 'body: {"deadLetter": "accounts/A/deadLetters/ID"}')
  }
  await replay(world, parsed.data.deadLetter)
}
