// Where calls to a customer's cloud get their credentials: short-lived access tokens of the one service account that the
// customer granted for the workspace. How they are come by (impersonation, or the local stack's plain ones) is wired outside.
import { CallError } from '../call-error.ts'
import type { Clock } from '../ports.ts'
import { DeadlineError, withDeadline } from './grpc-call.ts'

/** An access token for this service account's e-mail, valid for the next minutes at least. Throws `denied`, `unavailable`. */
export type TokenSource = (serviceAccount: string) => Promise<string>

/** The simulated cloud takes an account's e-mail as its token. */
export const localTokens: TokenSource = async (serviceAccount) => serviceAccount

/** A token in time: without one nothing was sent, so that a source which never answers is `unavailable`. */
export async function tokenWithin(
  clock: Clock,
  limitMs: number,
  tokenOf: TokenSource,
  serviceAccount: string,
): Promise<string> {
  try {
    return await withDeadline(clock, limitMs, tokenOf(serviceAccount))
  } catch (error) {
    if (!(error instanceof DeadlineError)) throw error
    throw new CallError('unavailable', `token of ${serviceAccount}: ${error.message}`, {
      cause: error,
    })
  }
}
