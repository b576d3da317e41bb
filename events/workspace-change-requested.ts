// An account admin wants a workspace that exists to change.
import { z } from 'zod'
import { declareEvent } from './envelope.ts'
import { AccountId, WorkspaceId } from './ids.ts'

const WorkspaceChange = z.discriminatedUnion('action', [
  z.strictObject({
    action: z.literal('delete'),
    /** Its clusters end with it; otherwise it is refused while one lives. */
    force: z.boolean().default(false),
  }),
])

export const WorkspaceChangeRequested = z.strictObject({
  account: AccountId,
  workspace: WorkspaceId,
  change: WorkspaceChange,
})
export type WorkspaceChangeRequested = z.infer<typeof WorkspaceChangeRequested>

export const workspaceChangeRequested = declareEvent(
  'workspace.change.requested',
  'A change of a workspace is wanted',
  WorkspaceChangeRequested,
)
