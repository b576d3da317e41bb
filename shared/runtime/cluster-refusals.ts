// Why a well-formed cluster request is refused as things stand.
import type { Reason } from '../../events/lifecycle.ts'
import { refusal } from './refusal.ts'

export function unknownWorkspace(workspace: string): Reason {
  return refusal(
    'RESOURCE_DOES_NOT_EXIST',
    `there is no workspace "${workspace}" in this account`,
    {
      field: 'data.workspace',
      got: workspace,
      allowed: 'a workspace that has been requested',
      mend: 'publish a workspace.requested event first, or correct the id',
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

export function otherSpec(cluster: string): Reason {
  return refusal('RESOURCE_ALREADY_EXISTS', `the cluster "${cluster}" exists with other settings`, {
    field: 'data.cluster',
    got: cluster,
    allowed: 'the settings that it was requested with',
    mend: 'ask for it with the same settings, or under another id: settings cannot be edited yet',
  })
}

export function ended(cluster: string): Reason {
  return refusal(
    'RESOURCE_ALREADY_EXISTS',
    `the cluster "${cluster}" ended, and had other settings`,
    {
      field: 'data.cluster',
      got: cluster,
      allowed: 'the settings that it was requested with, which starts it again',
      mend: 'use another id: settings cannot be edited yet',
    },
  )
}

export function stillGoing(cluster: string): Reason {
  return refusal('INVALID_STATE', `the cluster "${cluster}" is still being taken down`, {
    field: 'data.cluster',
    got: 'TERMINATING',
    allowed: 'TERMINATED, or no cluster of this id',
    mend: 'ask again when it is TERMINATED',
  })
}
