// Who makes a request: the user whose name the bearer token is, as the local stack's tokens are, or whom that user may
// impersonate (`kubectl --as`).
import type { IncomingMessage } from 'node:http'
import { type Authorization } from '../authorization/authorization.ts'
import { type Identity, identityOf } from '../authorization/identity.ts'

export function tokenUser(request: IncomingMessage): string | undefined {
  const [, token] = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '') ?? []
  return token
}

/** Throws 403. */
export function callerOf(
  request: IncomingMessage,
  user: string,
  authorization: Authorization,
): Identity {
  const caller = identityOf(user)
  const wanted = request.headers['impersonate-user']
  if (typeof wanted !== 'string') return caller
  const asked = { verb: 'impersonate', group: '' }
  authorization.check(caller, { ...asked, resource: 'users', name: wanted })
  const groups = [request.headers['impersonate-group'] ?? []]
    .flat()
    .flatMap((each) => each.split(/, */))
  for (const name of groups) authorization.check(caller, { ...asked, resource: 'groups', name })
  const plain = identityOf(wanted)
  return groups.length === 0 ? plain : { user: wanted, groups: [...groups, 'system:authenticated'] }
}
