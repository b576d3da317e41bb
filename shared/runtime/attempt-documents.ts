// The outbox of work: an attempt's document, whose creation is the event that runs it.
import { attemptId } from '../domain/names.ts'
import { attemptPath } from '../domain/paths.ts'
import { KEEP_ENDED } from '../domain/protocol-times.ts'
import type { Attempt } from '../domain/records.ts'
import type { Run } from '../domain/run.ts'
import type { Instant } from '../domain/time.ts'
import type { AttemptRef } from './claim.ts'

export function attemptPathOf(account: string, ref: AttemptRef): string {
  const below = ref.entity.split('/').slice(2).join('/')
  return attemptPath(account, attemptId(below, ref.generation, ref.key, ref.n))
}

/** `run`: whose trace it belongs to. */
export function attemptOf(
  ref: AttemptRef,
  now: Instant,
  { traceparent }: Pick<Run, 'traceparent'>,
): Attempt {
  const traced = traceparent === undefined ? {} : { traceparent }
  return { ...ref, createdAt: now, expireAt: now + KEEP_ENDED, ...traced }
}
