// What became of a request that was published: its outcome document, or, where its id was used before for another message,
// the fact that says so.
import { z } from 'zod'
import { catalog } from '../../events/catalog.ts'
import { Reason } from '../../events/lifecycle.ts'
import { factPath } from '../../shared/domain/paths.ts'
import { Fact, RequestOutcome } from '../../shared/domain/records.ts'
import type { Reader } from '../../shared/ports.ts'
import { takeIn } from '../../shared/runtime/intake.ts'
import { read } from '../../shared/runtime/stored.ts'

/** Where to look for the outcome of a message. */
export const RequestAt = z.object({ path: z.string(), fingerprint: z.string() })
export type RequestAt = z.infer<typeof RequestAt>

export const Told = z.object({
  request: z.string(),
  is: z.enum(['accepted', 'unchanged', 'rejected']),
  /** Of accepted ones. */
  entity: z.string().optional(),
  generation: z.number().optional(),
  /** Of rejected ones. */
  reason: Reason.optional(),
})
export type Told = z.infer<typeof Told>

/** Events that ask for something are named so. */
const requests = catalog.filter(({ topic }) => topic.endsWith('-requested'))

/** Undefined for a message on a topic that takes no requests. */
export function requestAt(topic: string, message: string, data: string): RequestAt | undefined {
  const event = requests.find((each) => each.topic === topic)
  if (!event) return undefined
  const { path, fingerprint } = takeIn({ id: message, data }, event).ref
  return { path, fingerprint }
}

/** The topic that an event of this type travels on. */
export function topicOf(type: unknown): string | undefined {
  return catalog.find((event) => event.type === type)?.topic
}

/** Undefined while there is no outcome. */
export async function readOutcome(
  reader: Reader,
  { path, fingerprint }: RequestAt,
): Promise<Told | undefined> {
  const outcome = (await read(reader, path, RequestOutcome))?.value
  if (!outcome) return undefined
  if (outcome.fingerprint !== fingerprint) return await readConflict(reader, path, fingerprint)
  if (outcome.is === 'rejected') return { request: path, is: 'rejected', reason: outcome.reason }
  const { entity, generation } = outcome
  const is = outcome.is === 'unchanged' ? 'unchanged' : 'accepted'
  return { request: path, is, entity, generation }
}

async function readConflict(
  reader: Reader,
  path: string,
  fingerprint: string,
): Promise<Told | undefined> {
  const id = `conflict-${fingerprint.slice(0, 8)}`
  const reason = (await read(reader, factPath(path, id), Fact))?.value.lifecycle.reason
  return reason && { request: path, is: 'rejected', reason }
}
