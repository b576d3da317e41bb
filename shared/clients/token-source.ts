// Where calls to a customer's cloud get their credentials: short-lived access tokens of the one service account that the
// customer granted for the workspace. How they are come by (impersonation, or the local stack's plain ones) is wired outside.

/** An access token for this service account's e-mail, valid for the next minutes at least. Throws `denied`, `unavailable`. */
export type TokenSource = (serviceAccount: string) => Promise<string>

/** The simulated cloud takes an account's e-mail as its token. */
export const localTokens: TokenSource = async (serviceAccount) => serviceAccount
