// A cluster has reported no work for longer than its limit. A hint: the handler asks the cluster again, twice.
import { z } from 'zod'
import { declareEvent } from './envelope.ts'
import { AccountId, ClusterId, WorkspaceId } from './ids.ts'

export const IdleTimeout = z.strictObject({
  account: AccountId,
  workspace: WorkspaceId,
  cluster: ClusterId,
})
export type IdleTimeout = z.infer<typeof IdleTimeout>

export const idleTimeout = declareEvent('idle.timeout', 'A cluster looks idle', IdleTimeout)
