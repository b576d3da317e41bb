// A workspace is wanted: store the outcome, then begin.
import { workspaceRequested } from '../../events/workspace-requested.ts'
import type { World } from '../../shared/ports.ts'
import { acceptWorkspace } from '../../shared/runtime/accept-workspace.ts'
import { advance } from '../../shared/runtime/advance.ts'
import { takeIn } from '../../shared/runtime/intake.ts'
import { reject } from '../../shared/runtime/outcome.ts'
import type { MessageEvent } from '../event.ts'

export async function handle(world: World, { message }: MessageEvent): Promise<void> {
  const intake = takeIn(message, workspaceRequested)
  if (intake.is === 'refused') return reject(world, intake.ref, intake.reason)
  const path = await acceptWorkspace(world, intake.ref, intake.data)
  if (path !== undefined) await advance(world, path)
}
