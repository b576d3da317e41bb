// Who calls: a user and the groups that the API server puts it in, by its name alone, since the local stack's tokens are
// names.
export interface Identity {
  readonly user: string
  readonly groups: readonly string[]
}

/** May do everything, whatever the roles say. */
export const MASTERS = 'system:masters'
/** Whoever comes without a token. */
export const ANONYMOUS = 'system:anonymous'

const account = /^system:serviceaccount:([^:]+):[^:]+$/

/** `system:masters` and `system:admin` are administrators; a service account is in the groups of its namespace and of all. */
export function identityOf(user: string): Identity {
  if (user === ANONYMOUS) return { user, groups: ['system:unauthenticated'] }
  const [, namespace] = account.exec(user) ?? []
  const own =
    namespace === undefined ? [] : ['system:serviceaccounts', `system:serviceaccounts:${namespace}`]
  const administrates = user === MASTERS || user === 'system:admin'
  return { user, groups: [...own, ...(administrates ? [MASTERS] : []), 'system:authenticated'] }
}
