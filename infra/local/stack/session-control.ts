// Sessions of the simulated drivers over loopback HTTP: the routes of those who have the drivers, and the client of those
// who are elsewhere.
import type { Clock } from '../../../shared/ports.ts'
import { z } from 'zod'
import { Reason } from '../../../events/lifecycle.ts'
import type { SessionAnswer } from '../../../shared/domain/session-admission.ts'
import { callLoopback } from '../loopback/loopback-call.ts'
import type { Routes } from '../loopback/loopback-server.ts'
import { parseBody } from '../loopback/parse-body.ts'
import type { Stack } from './stack.ts'

type StackSessions = Pick<Stack, 'openSession' | 'closeSession'>

const Where = z.strictObject({ namespace: z.string().min(1) })

/** A decision as it comes over a wire. */
const SessionAnswerText = z.discriminatedUnion('is', [
  z.object({ is: z.literal('admitted') }),
  z.object({
    is: z.literal('refused'),
    reason: Reason,
    retryAfterS: z.number().positive().optional(),
  }),
])

/** Throws ZodErrors. */
export function readSessionAnswer(value: unknown): SessionAnswer {
  const answer = SessionAnswerText.parse(value)
  if (answer.is === 'admitted') return answer
  const { retryAfterS, ...refusal } = answer
  return { ...refusal, ...(retryAfterS === undefined ? {} : { retryAfterS }) }
}

export function sessionRoutes({ openSession, closeSession }: StackSessions): Routes {
  return {
    'POST /sessions/open': ({ body }) => openSession(parseBody(Where, body).namespace),
    'POST /sessions/close': ({ body }) => closeSession(parseBody(Where, body).namespace),
  }
}

/** `base`: `http://127.0.0.1:PORT`. */
export function sessionsAt(clock: Clock, base: string): StackSessions {
  const call = (path: string, namespace: string): Promise<unknown> =>
    callLoopback(clock, { url: new URL(path, base).href, body: { namespace } })
  return {
    openSession: async (namespace) => readSessionAnswer(await call('/sessions/open', namespace)),
    async closeSession(namespace) {
      await call('/sessions/close', namespace)
    },
  }
}
