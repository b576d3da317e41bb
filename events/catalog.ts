// Everything that may be said, once. Adding an event is one declaration and one line here.
import { clusterRequested } from './cluster-requested.ts'
import { clusterChangeRequested } from './cluster-change-requested.ts'
import type { EventDeclaration } from './envelope.ts'
import { idleTimeout } from './idle-timeout.ts'
import { lifecycle } from './lifecycle.ts'
import { podSnapshot } from './pod-snapshot.ts'
import { workspaceChangeRequested } from './workspace-change-requested.ts'
import { workspaceRequested } from './workspace-requested.ts'

export const catalog: readonly EventDeclaration[] = [
  workspaceRequested,
  workspaceChangeRequested,
  clusterRequested,
  clusterChangeRequested,
  podSnapshot,
  idleTimeout,
  lifecycle,
]
