// An account admin wants a workspace that exists to change.
import { z } from 'zod'
import { declareEvent } from './envelope.ts'
import { AccountId, WorkspaceId } from './ids.ts'
import { WorkspaceRequested } from './workspace-requested.ts'

/** Those that change nothing which is built. */
const IdleSettings = WorkspaceRequested.pick({
  hibernateAfterHours: true,
  prewarm: true,
  poolIdleHours: true,
})
export type IdleSettings = z.infer<typeof IdleSettings>

const WorkspaceChange = z.discriminatedUnion('action', [
  z.strictObject({
    action: z.literal('delete'),
    /** Its clusters end with it; otherwise it is refused while one lives. */
    force: z.boolean().default(false),
  }),
  /** What becomes of it while nobody works: all of it given again, what is left out is as if it had never been said. */
  z.strictObject({ action: z.literal('edit'), settings: IdleSettings }),
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
