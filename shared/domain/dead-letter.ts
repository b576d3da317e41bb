// Work that has failed again and again: a message that was given up on, kept with its cause until somebody has it done again,
// or something that the sweep tries in vain. Pure.
import { hash } from 'node:crypto'
import { z } from 'zod'
import { cut } from './cut.ts'
import { deadLettersOf } from './paths.ts'
import { Instant, minutes } from './time.ts'

/** Characters of a message that are kept; a document holds no more than 1 MiB. */
const DATA_MAX = 500_000
/** Until then a failure that was not the last is remembered. */
const KEEP_FAILURE = minutes(7 * 24 * 60)
/** Until then it can be done again: Pub/Sub keeps no message longer (31 days). */
const KEEP_DEAD = minutes(31 * 24 * 60)
/** The sweep comes back to everything within ten minutes: what has not failed for longer goes on. */
const STILL_FAILS = minutes(15)
/** So often one after the other: a store that was busy for a moment is nothing to look at. */
const IN_VAIN = 3
const CUT_OFF = 'the function was cut off or its process ended: its log may say why'

const Message = z.object({
  topic: z.string(),
  data: z.string(),
  attributes: z.record(z.string(), z.string()),
  /** It was longer, and cannot be delivered again from here. */
  isCut: z.literal(true).optional(),
})
export type DeadMessage = z.infer<typeof Message>

export const DeadLetter = z.object({
  /** Whose work it is. */
  function: z.string(),
  /** The newest error. */
  cause: z.string(),
  /** Failures that were told; those of processes that died were not. */
  failures: z.int().nonnegative(),
  failedAt: Instant,
  /** Since when it is given up on; absent while it is still delivered. */
  deadAt: Instant.optional(),
  message: Message.optional(),
  /** In place of a message: the entity or fact that the sweep tries in vain. It goes on trying. */
  document: z.string().optional(),
  /** Deleted by the store after this. */
  expireAt: Instant,
})
export type DeadLetter = z.infer<typeof DeadLetter>

/** Where the failures of this work are kept: the same for each delivery of one message. `work`: its data, or a path. */
export function deadLetterPathOf(account: string, name: string, work: string): string {
  const digest = hash('sha256', work).slice(0, 16)
  return `${deadLettersOf(account)}/${name}-${digest}`
}

/** After another failure. */
export function afterFailure(
  before: DeadLetter | undefined,
  failed: { readonly function: string; readonly cause: string; readonly document?: string },
  now: Instant,
): DeadLetter {
  // What went on in between has begun to fail anew.
  const earlier = before && isOver(before, now) ? undefined : before
  const failures = (earlier?.failures ?? 0) + 1
  const cause = cut(failed.cause, 1000)
  const isInVain = failed.document !== undefined && failures >= IN_VAIN
  const deadAt = earlier?.deadAt ?? (isInVain ? now : undefined)
  return {
    ...earlier,
    ...failed,
    cause,
    failures,
    failedAt: now,
    ...(deadAt === undefined ? {} : { deadAt }),
    expireAt: Math.max(earlier?.expireAt ?? 0, now + KEEP_FAILURE),
  }
}

/** After the message was given up on. */
export function afterDeath(
  before: DeadLetter | undefined,
  name: string,
  message: DeadMessage,
  now: Instant,
): DeadLetter {
  const { data } = message
  const isCut = data.length > DATA_MAX
  const kept: DeadMessage = { ...message, data: data.slice(0, DATA_MAX).toWellFormed() }
  return {
    function: name,
    cause: before?.cause ?? CUT_OFF,
    failures: before?.failures ?? 0,
    failedAt: before?.failedAt ?? now,
    deadAt: before?.deadAt ?? now,
    message: isCut ? { ...kept, isCut: true } : kept,
    expireAt: now + KEEP_DEAD,
  }
}

/** What the sweep has tried in vain, and tries in vain no more. */
export function isOver({ document, failedAt }: DeadLetter, now: Instant): boolean {
  return document !== undefined && now - failedAt > STILL_FAILS
}
