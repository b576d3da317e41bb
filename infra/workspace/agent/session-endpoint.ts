// The agent's endpoint for whoever opens sessions: POST /v1/sessions with the namespace of the cluster. Answers the
// decision in JSON; of a refusal the status says what kind it is, and Retry-After when to come again. For a server to mount.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { z } from 'zod'
import type { SessionAnswer } from '../../../shared/domain/session-admission.ts'
import { AGENT_SESSIONS } from '../../../shared/manifests/agent.ts'
import { serve, type Serving } from './serving.ts'
import type { AdmitSession } from './session-admission.ts'

const SessionRequest = z.strictObject({ namespace: z.string().min(1).max(63) })

/** A request is a name. */
const LARGEST = 1024

/** Answers false, and nothing else, for a path that is not its own. Never rejects. */
type Endpoint = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>

function sessionEndpoint(admit: AdmitSession): Endpoint {
  return async (request, response) => {
    if (request.url !== AGENT_SESSIONS.path) return false
    if (request.method !== 'POST') {
      say(
        response,
        405,
        { error: `${request.method} is not known here; POST is` },
        { allow: 'POST' },
      )
      return true
    }
    const asked = SessionRequest.safeParse(await bodyOf(request))
    if (asked.success) answer(response, await admit(asked.data.namespace))
    else
      say(response, 400, { error: 'the body must be {"namespace": "the namespace of a cluster"}' })
    return true
  }
}

/** Rejects when the port is taken. */
export function answerSessions(admit: AdmitSession, host: string): Promise<Serving> {
  return serve(onlySessions(admit), AGENT_SESSIONS.port, host)
}

/** A server that has nothing else. */
export function onlySessions(admit: AdmitSession): RequestListener {
  const endpoint = sessionEndpoint(admit)
  return (request, response) => {
    const isMine = endpoint(request, response)
    void isMine.then((is) => is || response.writeHead(404).end())
  }
}

function answer(response: ServerResponse, decision: SessionAnswer): void {
  if (decision.is === 'admitted') return say(response, 200, decision)
  const { retryAfterS } = decision
  if (retryAfterS === undefined) return say(response, 409, decision)
  say(response, 503, decision, { 'retry-after': String(retryAfterS) })
}

/** Undefined where it cannot be read, or is too long. */
async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of request as AsyncIterable<Uint8Array>) {
      size += chunk.length
      if (size > LARGEST) return undefined
      chunks.push(chunk)
    }
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    return undefined
  }
}

function say(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
}
