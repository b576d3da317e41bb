// Every function of the manifest with its handler, for the local host to call.
import { handle as advance } from '../../../functions/advance/handler.ts'
import { handle as announce } from '../../../functions/announce/handler.ts'
import { handle as clusterChangeRequested } from '../../../functions/cluster-change-requested/handler.ts'
import { handle as clusterRequested } from '../../../functions/cluster-requested/handler.ts'
import { handle as deadLetter } from '../../../functions/dead-letter/handler.ts'
import type { CallEvent, DocumentEvent, MessageEvent } from '../../../functions/event.ts'
import { handle as idleTimeout } from '../../../functions/idle-timeout/handler.ts'
import type { FunctionName } from '../../../functions/manifest.ts'
import { handle as operationEnded } from '../../../functions/operation-ended/handler.ts'
import { handle as podReady } from '../../../functions/pod-ready/handler.ts'
import { handle as replay } from '../../../functions/replay/handler.ts'
import { handle as scaleUpBlocked } from '../../../functions/scale-up-blocked/handler.ts'
import { handle as stepDue } from '../../../functions/step-due/handler.ts'
import { handle as sweep } from '../../../functions/sweep/handler.ts'
import { handle as workspaceChangeRequested } from '../../../functions/workspace-change-requested/handler.ts'
import { handle as workspaceRequested } from '../../../functions/workspace-requested/handler.ts'
import type { World } from '../../../shared/ports.ts'

export type Handler<Event> = (world: World, event: Event) => Promise<void>

export const messageHandlers: Partial<Record<FunctionName, Handler<MessageEvent>>> = {
  'workspace-requested': workspaceRequested,
  'workspace-change-requested': workspaceChangeRequested,
  'cluster-requested': clusterRequested,
  'cluster-change-requested': clusterChangeRequested,
  'operation-ended': operationEnded,
  'scale-up-blocked': scaleUpBlocked,
  'pod-ready': podReady,
  'idle-timeout': idleTimeout,
  sweep,
  'dead-letter': deadLetter,
}

export const documentHandlers: Partial<Record<FunctionName, Handler<DocumentEvent>>> = {
  'step-due': stepDue,
  announce,
}

export const callHandlers: Partial<Record<FunctionName, Handler<CallEvent>>> = { advance, replay }
