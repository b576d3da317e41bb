// Why a well-formed cluster request is refused as things stand.
import type { Reason } from '../../events/lifecycle.ts'
import type { ClusterWish } from '../domain/cluster-wish.ts'
import type { ClusterIds } from './cluster-generation.ts'
import { refusal } from './refusal.ts'

type Refused = Extract<ClusterWish, { is: 'refused' | 'unknown' }>

/** `state`: what the cluster is in now. */
export function refusalOf(wish: Refused, { cluster }: ClusterIds, state?: string): Reason {
  if (wish.is === 'unknown') return unknownCluster(cluster)
  switch (wish.why) {
    case 'other-settings':
      return otherSpec(cluster)
    case 'ended':
      return ended(cluster)
    case 'going':
      return stillGoing(cluster)
    case 'state':
      return wrongState(cluster, state, wish.allowed)
  }
}

function unknownCluster(cluster: string): Reason {
  return refusal('RESOURCE_DOES_NOT_EXIST', `there is no cluster "${cluster}" in this workspace`, {
    field: 'data.cluster',
    got: cluster,
    allowed: 'a cluster that has been requested and not deleted',
    mend: 'publish a cluster.requested event first, or correct the id',
  })
}

function wrongState(cluster: string, state = 'TERMINATED', allowed: readonly string[]): Reason {
  return refusal('INVALID_STATE', `the cluster "${cluster}" is in unexpected state ${state}`, {
    field: 'data.change.action',
    got: state,
    allowed: allowed.join(', '),
    mend: 'wait for such a state, or start the cluster first',
  })
}

export function unknownWorkspace(workspace: string): Reason {
  return refusal(
    'RESOURCE_DOES_NOT_EXIST',
    `there is no workspace "${workspace}" in this account`,
    {
      field: 'data.workspace',
      got: workspace,
      allowed: 'a workspace that has been requested',
      mend: 'publish a workspace.requested event first, or correct the id; then send this again under a new id',
    },
  )
}

export function notRunning(workspace: string, state: string): Reason {
  return refusal('INVALID_STATE', `the workspace "${workspace}" is ${state}`, {
    field: 'data.workspace',
    got: state,
    allowed: 'PROVISIONING (the cluster then waits) or RUNNING',
    mend: 'request the workspace again, then the cluster',
  })
}

function otherSpec(cluster: string): Reason {
  return refusal('RESOURCE_ALREADY_EXISTS', `the cluster "${cluster}" exists with other settings`, {
    field: 'data.cluster',
    got: cluster,
    allowed: 'the settings that it was requested with',
    mend: 'ask for it with the same settings, or edit it: cluster.change.requested, action "edit"',
  })
}

function ended(cluster: string): Reason {
  return refusal(
    'RESOURCE_ALREADY_EXISTS',
    `the cluster "${cluster}" ended, and had other settings`,
    {
      field: 'data.cluster',
      got: cluster,
      allowed: 'the settings that it was requested with, which starts it again',
      mend: 'edit it first (cluster.change.requested, action "edit"), or use another id',
    },
  )
}

function stillGoing(cluster: string): Reason {
  return refusal('INVALID_STATE', `the cluster "${cluster}" is still being taken down`, {
    field: 'data.cluster',
    got: 'TERMINATING',
    allowed: 'TERMINATED, or no cluster of this id',
    mend: 'ask again when it is TERMINATED',
  })
}
