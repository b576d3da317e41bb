// An agent's endpoint on the loopback, and those who ask it there: over HTTP, as a gateway asks an agent's pod.
import type { Clock } from '../../../shared/ports.ts'
import { createServer } from 'node:http'
import { AGENT_SESSIONS } from '../../../shared/manifests/agent.ts'
import { unreachable } from '../../../shared/domain/session-admission.ts'
import type { AdmitSession } from '../../workspace/agent/session-admission.ts'
import { onlySessions } from '../../workspace/agent/session-endpoint.ts'
import { isFromProgram } from '../loopback/is-from-program.ts'
import { listenOnLoopback } from '../loopback/listen.ts'
import type { ExposedSessions } from '../stack/agent-pods.ts'
import { readSessionAnswer } from '../stack/session-control.ts'

const ANSWER_WITHIN_MS = 10_000

export async function exposedSessions(admit: AdmitSession, clock: Clock): Promise<ExposedSessions> {
  const answer = onlySessions(admit)
  const server = createServer((request, response) => {
    if (!isFromProgram(request.headers)) return void response.writeHead(403).end()
    answer(request, response)
  })
  const { port, close } = await listenOnLoopback(server)
  return {
    async ask(namespace) {
      const over = new AbortController()
      const callOff = clock.after(ANSWER_WITHIN_MS, () => over.abort(new Error('no answer')))
      try {
        const response = await fetch(`http://127.0.0.1:${port}${AGENT_SESSIONS.path}`, {
          method: 'POST',
          body: JSON.stringify({ namespace }),
          signal: over.signal,
        })
        // A refusal is an answer too, whatever its status.
        return readSessionAnswer(await response.json())
      } catch (error) {
        return unreachable(namespace, error instanceof Error ? error.message : String(error))
      } finally {
        callOff()
      }
    },
    stop: close,
  }
}
