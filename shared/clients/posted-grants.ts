// Grants on topics where Pub/Sub is an emulator, which has no IAM: the simulated cloud keeps them, and holds agents to
// them. Never used against Google Cloud.
import { z } from 'zod'
import { CallError } from '../call-error.ts'
import type { Clock } from '../ports.ts'
import { withDeadline } from './grpc-call.ts'
import type { TopicAccess } from './topic-access.ts'

const Members = z.object({ members: z.array(z.string()) })
const DEADLINE_MS = 5_000

/** `url` takes POST {topic, member}, and answers GET ?topic=T with {members}. Throws `unavailable`. */
export function postedGrants(url: string, clock: Clock): TopicAccess {
  async function call(what: string, address: string, init: RequestInit): Promise<unknown> {
    const answer = async (): Promise<unknown> => {
      const response = await fetch(address, init)
      if (response.ok) return response.json()
      throw new Error(`answered ${response.status}`)
    }
    try {
      return await withDeadline(clock, DEADLINE_MS, answer())
    } catch (error) {
      throw new CallError('unavailable', `${what} at ${url}`, { cause: error })
    }
  }

  return {
    async grant(topic, member) {
      await call(`grant on ${topic}`, url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ topic, member }),
      })
    },
    async publishers(topic) {
      const address = `${url}?topic=${encodeURIComponent(topic)}`
      return Members.parse(await call(`publishers of ${topic}`, address, {})).members
    },
  }
}
