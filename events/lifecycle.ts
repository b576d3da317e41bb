// What Kindling tells the world: every change of state, and the outcome of every request, published once under a fixed id or more.
import { z } from 'zod'
import { declareEvent } from './envelope.ts'

/** Why something ended or was refused: code, kind and text as users' tools know them (termination_reason). */
export const Reason = z.strictObject({
  code: z.string().max(64),
  type: z.enum(['SUCCESS', 'CLIENT_ERROR', 'SERVICE_FAULT', 'CLOUD_FAILURE']),
  message: z.string().max(1024),
  /** Path of the field at fault, such as `data.executors.count`. */
  field: z.string().max(256).optional(),
  got: z.string().max(256).optional(),
  allowed: z.string().max(512).optional(),
  /** What to do about it. */
  mend: z.string().max(512).optional(),
  /** What the message names, for programs: the parameters of the code in docs/termination-codes.md. */
  parameters: z.record(z.string().max(64), z.string().max(512)).optional(),
})
export type Reason = z.infer<typeof Reason>

export const Lifecycle = z.strictObject({
  /** `workspace` and `cluster` tell of a state; `request` tells of an outcome. */
  about: z.enum(['workspace', 'cluster', 'request']),
  account: z.string().max(64).optional(),
  workspace: z.string().max(64).optional(),
  cluster: z.string().max(64).optional(),
  generation: z.int().nonnegative().optional(),
  request: z.string().max(128).optional(),
  /** A state of the entity, or `ACCEPTED` / `REJECTED` of a request. */
  state: z.string().max(32),
  hibernation: z
    .enum(['HIBERNATED', 'WAKING', 'AWAKE'])
    .describe(
      'Of a workspace that is RUNNING all the while: its GKE cluster goes, is being made again, is there again. Absent where the fact tells of something else',
    )
    .optional(),
  reason: Reason.optional(),
  at: z.int().nonnegative(),
})
export type Lifecycle = z.infer<typeof Lifecycle>

export const lifecycle = declareEvent(
  'lifecycle',
  'A workspace, cluster or request has reached a state',
  Lifecycle,
)
