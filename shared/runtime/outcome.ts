// Writing the one visible outcome of a request, with the fact that tells it (protocol rule 15).
import type { Reason } from '../../events/lifecycle.ts'
import { idOf } from '../domain/paths.ts'
import { KEEP_ENDED } from '../domain/protocol-times.ts'
import { RequestOutcome } from '../domain/records.ts'
import type { Instant } from '../domain/time.ts'
import type { Transaction, World, Write } from '../ports.ts'
import { requestFact } from './facts.ts'
import type { RequestRef } from './intake.ts'
import { refusal } from './refusal.ts'
import { createOf, read } from './stored.ts'
import { writeIn } from './generation.ts'

/** What an accepted request is for. */
export interface Subject {
  readonly workspace: string
  readonly cluster?: string
  readonly entity: string
  readonly generation: number
}

function commonOf(ref: RequestRef, now: Instant) {
  const { source, event, fingerprint } = ref
  return {
    ...(source === undefined ? {} : { source }),
    ...(event === undefined ? {} : { event }),
    fingerprint,
    receivedAt: now,
    expireAt: now + KEEP_ENDED,
  }
}

export function rejecting(ref: RequestRef, reason: Reason, now: Instant): Write[] {
  const outcome: RequestOutcome = { ...commonOf(ref, now), is: 'rejected', reason }
  const lifecycle = {
    account: ref.account,
    request: idOf(ref.path),
    state: 'REJECTED',
    reason,
    at: now,
  }
  return [createOf(ref.path, outcome), requestFact(ref.path, 'rejected', lifecycle)]
}

/** `reached`: what was asked for is so from this very write on. */
export function accepting(
  ref: RequestRef,
  is: 'accepted' | 'unchanged' | 'reached',
  subject: Subject,
  now: Instant,
): Write[] {
  const { entity, generation, workspace, cluster } = subject
  const common = { ...commonOf(ref, now), entity, generation }
  const outcome: RequestOutcome =
    is === 'reached' ? { ...common, is, endedAt: now } : { ...common, is }
  const lifecycle = {
    account: ref.account,
    workspace,
    ...(cluster === undefined ? {} : { cluster }),
    generation,
    request: idOf(ref.path),
    state: 'ACCEPTED',
    at: now,
  }
  return [createOf(ref.path, outcome), requestFact(ref.path, 'accepted', lifecycle)]
}

/** Whether this message has had its outcome. Another message under its id is told so, and changes nothing. */
export async function hasOutcome(transaction: Transaction, ref: RequestRef): Promise<boolean> {
  const before = await read(transaction, ref.path, RequestOutcome)
  if (!before) return false
  if (before.value.fingerprint === ref.fingerprint) return true
  const id = `conflict-${ref.fingerprint.slice(0, 8)}`
  const reason = refusal('ALREADY_EXISTS', 'another message was sent under this id before', {
    field: 'id',
    ...(ref.event === undefined ? {} : { got: ref.event }),
    allowed: 'an id that is used for one message; the first outcome stands',
    mend: 'send the changed request under a new id',
  })
  const at = transaction.readTime()
  const conflict = requestFact(ref.path, id, {
    account: ref.account,
    request: idOf(ref.path),
    state: 'REJECTED',
    reason,
    at,
  })
  const isTold = conflict.op === 'create' && (await transaction.get(conflict.path))
  if (!isTold) writeIn(transaction, [conflict])
  return true
}

/** Stores a refusal that needed no look at anything else. */
export function reject(world: World, ref: RequestRef, reason: Reason): Promise<void> {
  return world.store.transaction(async (transaction) => {
    if (await hasOutcome(transaction, ref)) return
    writeIn(transaction, rejecting(ref, reason, transaction.readTime()))
  })
}
