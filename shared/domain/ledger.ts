// A ledger entry is one thing that we make, across generations (protocol rule 5): who is working on it, and what is known
// of it. An entry is claimed once by each attempt and closed by that attempt's record.
import { z } from 'zod'
import { Reason } from '../../events/lifecycle.ts'
import { Generation } from './numbers.ts'
import { PlanItem } from './plan.ts'
import { Instant } from './time.ts'

const Have = z.discriminatedUnion('have', [
  z.object({ have: z.literal('absent') }),
  /** Being made, by an operation of the cloud when there is one. */
  z.object({ have: z.literal('coming') }),
  z.object({ have: z.literal('present'), output: z.record(z.string(), z.unknown()) }),
  /** Being removed. */
  z.object({ have: z.literal('leaving') }),
  z.object({ have: z.literal('unknown') }),
])
export type Have = z.infer<typeof Have>

const Claim = z.discriminatedUnion('open', [
  z.object({
    open: z.literal(true),
    token: z.string(),
    /** Until then this claim's holder may act on the world. */
    effectUntil: Instant,
  }),
  z.object({ open: z.literal(false), token: z.string(), recordedAt: Instant }),
])

const Failure = z.object({
  message: z.string(),
  /** Trying again cannot succeed. */
  permanent: z.boolean(),
  reason: Reason.optional(),
})
export type Failure = z.infer<typeof Failure>

export const LedgerEntry = z.object({
  /** The plan's item, kept here because undo outlives the plan. */
  item: PlanItem,
  /** The step's newest input, kept by the claim before anything is done; absent if none could be computed: nothing was tried. */
  input: z.record(z.string(), z.unknown()).optional(),
  /** Attempts so far; the next is n + 1. */
  n: z.int().positive(),
  /** The generation that the latest attempt worked for. */
  g: Generation,
  claim: Claim,
  thing: Have,
  /** The revision that it was found present for; an update brings it to that of `item`. */
  made: Generation.optional(),
  /** The operation that makes or removes it, as the cloud names it: hints are joined on this. */
  operation: z.string().optional(),
  /** An earlier claim's holder may act until then: what is seen before is not final (protocol rule 3). */
  zombieUntil: Instant,
  /** When to look again if no hint comes. */
  lookAt: Instant,
  /** Failures of this generation since it was last there, or gone; looks are not failures (protocol rule 9). */
  failures: z.int().nonnegative(),
  /** Those of them that say nothing of the step, because nobody was there to ask: they use no budget. */
  away: z.int().nonnegative().optional(),
  failure: Failure.optional(),
  /** When its making began, and when it was found present: for deadlines and the timeline. */
  startedAt: Instant,
  doneAt: Instant.optional(),
})
export type LedgerEntry = z.infer<typeof LedgerEntry>

/** What one attempt found out. */
export interface Outcome {
  readonly thing: Have
  readonly operation?: string
  /** Milliseconds until the next look, when it is neither present nor absent. */
  readonly lookIn?: number
  readonly failure?: Failure
  /** The service that it needs was not there to be asked. */
  readonly isAway?: true
  /** Its turn has not come: nothing was done, and nothing is known that was not before. */
  readonly isQueued?: true
  /** A call was cut off: it may still take effect. */
  readonly mayStillAct?: boolean
}

export interface ClaimInput {
  readonly item: PlanItem
  readonly g: number
  readonly n: number
  readonly token: string
  /** Kept from here on: whoever comes after a holder that never recorded must know what it may have made. */
  readonly input?: Readonly<Record<string, unknown>> | undefined
  readonly now: Instant
  readonly effectWindow: number
  readonly lease: number
}

/** The entry once an attempt has claimed it, or undefined if that attempt comes too late. */
export function claimEntry(
  entry: LedgerEntry | undefined,
  claim: ClaimInput,
): LedgerEntry | undefined {
  const { item, g, n, token, now } = claim
  if (entry && (entry.n >= n || entry.g > g)) return undefined
  const input = claim.input ?? entry?.input
  const claimed = {
    item,
    ...(input ? { input: { ...input } } : {}),
    n,
    g,
    claim: { open: true as const, token, effectUntil: now + claim.effectWindow },
    lookAt: now + claim.lease,
  }
  if (!entry) {
    return {
      ...claimed,
      thing: { have: 'unknown' },
      zombieUntil: 0,
      failures: 0,
      startedAt: now,
    }
  }
  const zombieUntil = entry.claim.open
    ? Math.max(entry.zombieUntil, entry.claim.effectUntil)
    : entry.zombieUntil
  // What was there and is made again gets its time anew.
  const startedAt = entry.thing.have === 'present' ? now : entry.startedAt
  const counted = entry.g === g ? {} : { failures: 0, away: undefined }
  return { ...entry, ...claimed, zombieUntil, startedAt, ...counted }
}

/** Whether a claim made at `now` saw a world that no earlier holder could still change. */
export function isClean(entry: LedgerEntry, now: Instant): boolean {
  return now >= entry.zombieUntil
}

export interface RecordInput {
  readonly outcome: Outcome
  /** Whether the observation began after every earlier holder's horizon. */
  readonly clean: boolean
  readonly input: Readonly<Record<string, unknown>> | undefined
  readonly now: Instant
  readonly effectWindow: number
  /** Wait before the next try after a failure. */
  readonly failureBackOff: number
}

/** The entry once its attempt has recorded. Present and absent count only from a clean look; else it is unknown. */
export function recordEntry(entry: LedgerEntry, record: RecordInput): LedgerEntry {
  const { outcome, clean, now } = record
  if (outcome.isQueued) {
    const claim = { open: false as const, token: entry.claim.token, recordedAt: now }
    return { ...entry, claim, lookAt: now + (outcome.lookIn ?? 0) }
  }
  const final = outcome.thing.have === 'present' || outcome.thing.have === 'absent'
  const zombieUntil = outcome.mayStillAct ? now + record.effectWindow : entry.zombieUntil
  const { failure: _failure, operation: before, doneAt: _doneAt, ...kept } = entry
  // A look at what is under way says no operation, and must not lose the one that its end will be told of.
  const isUnderWay = outcome.thing.have === 'coming' || outcome.thing.have === 'leaving'
  const operation = outcome.operation ?? (isUnderWay && !outcome.failure ? before : undefined)
  const isDone = clean && outcome.thing.have === 'present'
  return {
    ...kept,
    ...(record.input ? { input: { ...record.input } } : {}),
    claim: { open: false, token: entry.claim.token, recordedAt: now },
    thing: final && !clean ? { have: 'unknown' } : outcome.thing,
    zombieUntil,
    lookAt: nextLook(outcome, final && clean, zombieUntil, record),
    // A look neither uses the budget nor gives it back: operations that begin well and end badly would never spend it.
    failures: outcome.failure ? entry.failures + 1 : final && clean ? 0 : entry.failures,
    away: outcome.isAway ? (entry.away ?? 0) + 1 : final && clean ? undefined : entry.away,
    ...(outcome.failure ? { failure: outcome.failure } : {}),
    ...(operation === undefined ? {} : { operation }),
    ...(isDone ? { doneAt: now, made: entry.item.revision } : {}),
  }
}

/** Failures that count against the step's budget of attempts. */
export function spent({ failures, away = 0 }: LedgerEntry): number {
  return failures - away
}

function nextLook(
  outcome: Outcome,
  isFinal: boolean,
  zombieUntil: Instant,
  record: RecordInput,
): Instant {
  if (outcome.failure) return record.now + record.failureBackOff
  if (outcome.mayStillAct) return zombieUntil
  if (outcome.thing.have === 'present' || outcome.thing.have === 'absent') {
    return isFinal ? 0 : zombieUntil
  }
  return record.now + (outcome.lookIn ?? 0)
}
