// Whether a new session may begin on a cluster (protocol rule 13). Asked twice, as a cluster is known twice: whoever holds
// the documents asks by its state, then the workspace's agent by its custom resource, which alone knows of a drain. Pure.
import type { Reason } from '../../events/lifecycle.ts'
import type { PodLevel } from '../../events/pod-snapshot.ts'
import type { ClusterEntity } from './entity.ts'
import { reasonOf } from './reasons/reason.ts'

export type SessionAnswer =
  | { readonly is: 'admitted' }
  | {
      readonly is: 'refused'
      readonly reason: Reason
      /** Seconds after which asking again may help; absent where it does not without a start. */
      readonly retryAfterS?: number
    }

const ADMITTED: SessionAnswer = { is: 'admitted' }

/** Seconds. A report takes a moment to come, and the drain's end a moment to be seen. */
const RETRY_AFTER = { drain: 5, start: 15, unreachable: 2 }

/** By the state of the cluster; `admitted` = its agent is to be asked. */
export function admittedByState(cluster: string, { state }: ClusterEntity): SessionAnswer {
  switch (state) {
    case 'RUNNING':
    case 'RESIZING':
      return ADMITTED
    case 'PENDING':
    case 'RESTARTING':
      return starting(cluster, state)
    case 'TERMINATING':
    case 'TERMINATED':
      return ended(cluster, state)
  }
}

/** A cluster's custom resource and driver as the agent sees them. */
export interface SessionSight {
  readonly cluster: string
  /** `leaving`: being deleted, or gone. */
  readonly resource: 'there' | 'leaving'
  readonly drain: string | undefined
  readonly driver: PodLevel['driver']
}

export function admittedBySight(sight: SessionSight): SessionAnswer {
  const { cluster, resource, drain, driver } = sight
  if (resource === 'leaving') return ended(cluster, 'TERMINATING')
  // Before the driver: asking calls the end off whatever the driver is.
  if (drain !== undefined) return draining(cluster)
  return driver === 'ready' ? ADMITTED : starting(cluster, 'PENDING')
}

/** `why`: what could not be found out. */
export function unreachable(cluster: string, why: string): SessionAnswer {
  const reason = reasonOf('CLUSTER_UNREACHABLE', { cluster, why })
  return { is: 'refused', reason, retryAfterS: RETRY_AFTER.unreachable }
}

function draining(cluster: string): SessionAnswer {
  const reason = reasonOf('CLUSTER_DRAINING', { cluster })
  return { is: 'refused', reason, retryAfterS: RETRY_AFTER.drain }
}

function starting(cluster: string, state: string): SessionAnswer {
  const reason = reasonOf('CLUSTER_STARTING', { cluster, state })
  return { is: 'refused', reason, retryAfterS: RETRY_AFTER.start }
}

function ended(cluster: string, state: string): SessionAnswer {
  return { is: 'refused', reason: reasonOf('CLUSTER_ENDED', { cluster, state }) }
}
