// Who calls the API server of a control plane that was started here, and the tokens that it knows them by.
import { randomBytes } from 'node:crypto'

/** Parts of Kubernetes have the names that its own roles are bound to; the rest are the simulated cloud's. */
export const identities = {
  /** Puts the rights of the others in place, and is not used after that. */
  bootstrap: { user: 'kindling:bootstrap', groups: ['system:masters'] },
  scheduler: { user: 'system:kube-scheduler', groups: [] },
  controllers: { user: 'system:kube-controller-manager', groups: [] },
  /** Plays the kubelet of every node. */
  kwok: { user: 'kindling:kwok', groups: [] },
  /** GKE itself: makes nodes, and what runs on each. */
  gke: { user: 'kindling:gke', groups: [] },
  /** GKE's way in from outside: calls as the service accounts that it has authenticated. */
  frontDoor: { user: 'kindling:front-door', groups: [] },
} as const

export type Identity = keyof typeof identities
export type Tokens = Readonly<Record<Identity, string>>

export function newTokens(): Tokens {
  const names = Object.keys(identities)
  const tokens = names.map((name) => [name, randomBytes(24).toString('base64url')])
  return Object.fromEntries(tokens) as Tokens // one for each name
}

/** The file that `--token-auth-file` reads: token, user, uid, groups. */
export function tokenFile(tokens: Tokens): string {
  const lines = Object.entries(identities).map(([name, { user, groups }]) =>
    [tokens[name as Identity], user, user, JSON.stringify(groups.join(','))].join(','),
  )
  return `${lines.join('\n')}\n`
}
