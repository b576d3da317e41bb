// A change of a workspace is wanted: store the outcome, then begin.
import { workspaceChangeRequested } from '../../events/workspace-change-requested.ts'
import type { World } from '../../shared/ports.ts'
import { acceptWorkspaceChange } from '../../shared/runtime/accept-workspace-change.ts'
import { takeRequest } from '../../shared/runtime/take-request.ts'
import type { MessageEvent } from '../event.ts'

export async function handle(world: World, { message }: MessageEvent): Promise<void> {
  await takeRequest(world, message, workspaceChangeRequested, acceptWorkspaceChange)
}
