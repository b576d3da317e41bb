// An attempt was created: run it, and look at its entity again.
import { Attempt } from '../../shared/domain/records.ts'
import type { World } from '../../shared/ports.ts'
import { runAndAdvance } from '../../shared/runtime/advance.ts'
import { read } from '../../shared/runtime/stored.ts'
import type { DocumentEvent } from '../event.ts'

export async function handle(world: World, { path }: DocumentEvent): Promise<void> {
  const attempt = await read(world.store, path, Attempt)
  if (attempt) await runAndAdvance(world, attempt.value)
}
