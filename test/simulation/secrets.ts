// Secrets, and where a simulation has one: in the request that an error of Google's clients carries with it.

/** What a call was made with. Stands for the tokens of the real clients, and may be nowhere but in their errors. */
const TOKEN = 'ya29.of-the-simulated-caller'

/** As Google's clients throw it: whoever writes down all of it writes down the token. */
export function errorOfClient(message: string): Error {
  return Object.assign(new Error(message), {
    config: { headers: { authorization: `Bearer ${TOKEN}` } },
  })
}

/** Tokens of Google, GitHub and OpenID, keys of Google and Amazon, and private keys, by how they begin. */
const SECRETS =
  /\bya29\.[\w-]{10}|\bgh[pousr]_\w{20}|\beyJ[\w-]{10,}\.eyJ|\bAIza[\w-]{30}|\bAKIA[A-Z0-9]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY/

export const holdsSecret = (text: string): boolean => SECRETS.test(text)
