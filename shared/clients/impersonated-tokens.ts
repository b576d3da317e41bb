// Tokens of a customer's service account, come by through impersonation: the function's own account was granted Token
// Creator on it. Short-lived, and kept until shortly before they end.
import type { googleAuthLibrary } from 'google-gax'
import { CallError, type CallErrorKind } from '../call-error.ts'
import type { TokenSource } from './token-source.ts'

export interface ImpersonationOptions {
  /** Who impersonates; without one, the account that this process runs as. */
  readonly source?: googleAuthLibrary.AuthClient
  /** In place of `https://iamcredentials.googleapis.com`. */
  readonly endpoint?: string
}

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform'

/** The longest that IAM gives without an exception (GCP facts 2), in seconds. */
const LIFETIME_S = 3600

export function impersonatedTokens(options: ImpersonationOptions = {}): TokenSource {
  const clients = new Map<string, Promise<googleAuthLibrary.Impersonated>>()

  async function open(serviceAccount: string): Promise<googleAuthLibrary.Impersonated> {
    const { googleAuthLibrary: library } = (await import('google-gax')).default
    const source = options.source ?? (await new library.GoogleAuth({ scopes: [SCOPE] }).getClient())
    return new library.Impersonated({
      sourceClient: source,
      targetPrincipal: serviceAccount,
      targetScopes: [SCOPE],
      lifetime: LIFETIME_S,
      ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    })
  }

  return async (serviceAccount) => {
    const client = clients.get(serviceAccount) ?? open(serviceAccount)
    clients.set(serviceAccount, client)
    try {
      const { token } = await (await client).getAccessToken()
      if (token) return token
      throw new Error('the answer has no token')
    } catch (error) {
      clients.delete(serviceAccount)
      throw refusedToken(error, serviceAccount)
    }
  }
}

const KINDS: Readonly<Record<number, CallErrorKind>> = {
  401: 'denied',
  403: 'denied',
  404: 'not-found',
  429: 'rate',
}

function refusedToken(thrown: unknown, serviceAccount: string): CallError {
  const { response, message = String(thrown) } = thrown as {
    response?: { status?: number }
    message?: string
  }
  const kind = KINDS[response?.status ?? 0] ?? 'unavailable'
  return new CallError(kind, `token of ${serviceAccount}: ${message}`, { cause: thrown })
}
