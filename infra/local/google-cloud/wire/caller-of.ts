// Whose call a request on the wire is. The local stack's tokens are the e-mails of the service accounts themselves.
import type { Caller } from '../access.ts'

const ANONYMOUS = 'anonymous'

/** The account that an `Authorization: Bearer ...` header stands for. */
function accountOf(authorization: string | undefined): string {
  const token = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1]
  return token ?? ANONYMOUS
}

/** The caller of a request on something at this place. A zone-less place means the project as a whole. */
export function callerOf(
  project: string,
  region: string,
  authorization: string | undefined,
): Caller {
  return { project, region, serviceAccount: accountOf(authorization) }
}
