// Which service account may act in which project. By default everybody may; with `closed` only who was granted.
import type { Clock, WorkspaceIdentity } from '../../../shared/ports.ts'
import type { Profile } from '../profile.ts'
import { type FaultBoard, isMeant } from './faults/fault-board.ts'
import { Refusal } from './refusal.ts'

/** The part of an identity that Google Cloud sees. */
export type Caller = Pick<WorkspaceIdentity, 'project' | 'region' | 'serviceAccount'>

export interface Access {
  /** Throws `denied` naming the permission, as IAM does. */
  require(caller: Caller, permission: string, resource: string): void
  /** Lets an account act in a project, once the grant has spread. */
  grant(project: string, serviceAccount: string): void
  /** Takes the grant back at once. In an open cloud it closes the project to this one account. */
  revoke(project: string, serviceAccount: string): void
}

function keyOf(project: string, account: string): string {
  return `${project} ${account}`
}

interface AccessOptions {
  readonly clock: Clock
  readonly profile: Profile
  readonly faults: Pick<FaultBoard, 'strike'>
  readonly closed: boolean
}

export function access({ clock, profile, faults, closed }: AccessOptions): Access {
  const grants = new Map<string, number>()
  const revoked = new Set<string>()
  const isTaken = ({ project, serviceAccount }: Caller, permission: string): boolean =>
    faults.strike(
      'permission-denied',
      (fault) =>
        isMeant(fault.project, project) &&
        isMeant(fault.serviceAccount, serviceAccount) &&
        `${permission}.`.startsWith(fault.permission === undefined ? '' : `${fault.permission}.`),
    ) !== undefined

  return {
    require(caller, permission, resource) {
      const key = keyOf(caller.project, caller.serviceAccount)
      const since = grants.get(key)
      const granted = since === undefined ? !closed && !revoked.has(key) : since <= clock.now()
      if (granted && !isTaken(caller, permission)) return
      throw new Refusal(
        'denied',
        'forbidden',
        `Required "${permission}" permission(s) for "${resource}". Caller: ${caller.serviceAccount}.`,
      )
    },
    grant(project, serviceAccount) {
      revoked.delete(keyOf(project, serviceAccount))
      grants.set(keyOf(project, serviceAccount), clock.now() + profile.iamPropagation)
    },
    revoke(project, serviceAccount) {
      grants.delete(keyOf(project, serviceAccount))
      revoked.add(keyOf(project, serviceAccount))
    },
  }
}
