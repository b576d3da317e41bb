// Tokens of the workspace agent's service account, as the kubelet gets them for its pod: asked of the API server, and
// renewed before they expire.
import { z } from 'zod'
import { CallError } from '../../shared/call-error.ts'
import {
  kubernetesConnection,
  type KubernetesEndpoint,
} from '../../shared/clients/kubernetes-connection.ts'
import { newAgents, serverUrl } from '../../shared/clients/kubernetes-request.ts'
import { AGENT, SYSTEM_NAMESPACE } from '../../shared/manifests/agent.ts'
import type { Clock } from '../../shared/ports.ts'

const LIFE_SECONDS = 3600
/** A kubelet renews a token when it has lived so much of its life. */
const RENEW_AFTER = 0.8
const DEADLINE_MS = 20_000
const Answer = z.object({ status: z.object({ token: z.string().min(1) }) })

/** `endpoint`: as somebody who may ask for tokens. The answer throws `denied`, `not-found` while there is no such account, `unavailable`. */
export function agentTokens(endpoint: KubernetesEndpoint, clock: Clock): () => Promise<string> {
  const { server, tls = {} } = endpoint
  const agents = newAgents(serverUrl(server), tls, 1)
  const connection = kubernetesConnection(endpoint, agents, { clock, deadlineMs: DEADLINE_MS })
  let known: { readonly token: Promise<string>; readonly until: number } | undefined

  async function ask(): Promise<string> {
    const what = `token of ${SYSTEM_NAMESPACE}/${AGENT}`
    const answer = await connection.call({
      method: 'POST',
      path: `/api/v1/namespaces/${SYSTEM_NAMESPACE}/serviceaccounts/${AGENT}/token`,
      body: {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: { expirationSeconds: LIFE_SECONDS },
      },
      what,
    })
    const parsed = answer.status === 201 && Answer.safeParse(JSON.parse(answer.text)).data
    if (parsed) return parsed.status.token
    throw new CallError(
      answer.status === 404 ? 'not-found' : 'denied',
      `${what}: ${answer.status} ${answer.text.slice(0, 200)}`,
    )
  }

  return async () => {
    const now = clock.now()
    if (!known || now >= known.until) {
      const asked = { token: ask(), until: now + LIFE_SECONDS * 1000 * RENEW_AFTER }
      known = asked
      asked.token.catch(() => {
        if (known === asked) known = undefined
      })
    }
    return await known.token
  }
}
