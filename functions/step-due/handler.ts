// An attempt was created: run it, and look at its entity again.
import { Attempt } from '../../shared/domain/records.ts'
import type { World } from '../../shared/ports.ts'
import { runAndAdvance } from '../../shared/runtime/advance.ts'
import { read } from '../../shared/runtime/stored.ts'
import { inTrace } from '../../shared/runtime/trace.ts'
import type { DocumentEvent } from '../event.ts'

export async function handle(world: World, { path }: DocumentEvent): Promise<void> {
  const attempt = await read(world.store, path, Attempt)
  if (!attempt) return
  const { traceparent, key, n } = attempt.value
  await inTrace(traceparent, 'attempt', { key, n }, () => runAndAdvance(world, attempt.value))
}
