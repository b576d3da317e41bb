// An account admin wants a workspace: one VPC and one regional GKE cluster in the customer's own project.
import { z } from 'zod'
import { declareEvent } from './envelope.ts'
import { AccountId, WorkspaceId } from './ids.ts'

const Cidr = z
  .string()
  .regex(/^(\d{1,3}\.){3}\d{1,3}\/\d{1,2}$/, 'an IPv4 range such as 10.0.0.0/19')

/** Address ranges of the workspace's subnet; all three or none, for they must not overlap. */
const Ranges = z.strictObject({ nodes: Cidr, pods: Cidr, services: Cidr })

export const WorkspaceRequested = z.strictObject({
  account: AccountId,
  workspace: WorkspaceId,
  project: z
    .string()
    .regex(
      /^[a-z][-a-z0-9]{4,28}[a-z0-9]$/,
      'a Google Cloud project id: 6 to 30 of a-z 0-9 -, first a letter',
    ),
  region: z.string().regex(/^[a-z]+-[a-z]+\d+$/, 'a Google Cloud region such as europe-west4'),
  ranges: Ranges.optional(),
})
export type WorkspaceRequested = z.infer<typeof WorkspaceRequested>

export const workspaceRequested = declareEvent(
  'workspace.requested',
  'A workspace is wanted',
  WorkspaceRequested,
)
