// The Scheduler's tick: look at everything that is due. The message says nothing.
import type { World } from '../../shared/ports.ts'
import { sweep } from '../../shared/runtime/sweep.ts'

export async function handle(world: World): Promise<void> {
  await sweep(world)
}
