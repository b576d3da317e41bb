// A workspace is wanted: store the outcome, then begin.
import { workspaceRequested } from '../../events/workspace-requested.ts'
import type { World } from '../../shared/ports.ts'
import { acceptWorkspace } from '../../shared/runtime/accept-workspace.ts'
import { takeRequest } from '../../shared/runtime/take-request.ts'
import type { MessageEvent } from '../event.ts'

export async function handle(world: World, { message }: MessageEvent): Promise<void> {
  await takeRequest(world, message, workspaceRequested, acceptWorkspace)
}
