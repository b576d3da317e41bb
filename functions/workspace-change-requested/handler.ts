// A change of a workspace is wanted: store the outcome, then begin.
import { workspaceChangeRequested } from '../../events/workspace-change-requested.ts'
import type { World } from '../../shared/ports.ts'
import { acceptWorkspaceChange } from '../../shared/runtime/accept-workspace-change.ts'
import { advance } from '../../shared/runtime/advance.ts'
import { takeIn } from '../../shared/runtime/intake.ts'
import { reject } from '../../shared/runtime/outcome.ts'
import type { MessageEvent } from '../event.ts'

export async function handle(world: World, { message }: MessageEvent): Promise<void> {
  const intake = takeIn(message, workspaceChangeRequested)
  if (intake.is === 'refused') return reject(world, intake.ref, intake.reason)
  const path = await acceptWorkspaceChange(world, intake.ref, intake.data)
  if (path !== undefined) await advance(world, path)
}
