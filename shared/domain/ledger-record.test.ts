// What a record makes of what an attempt saw: every outcome, from a clean look and from one that others may still belie.
import { describe, expect, test } from 'vitest'
import { entryOf, itemOf, NOW, openClaim } from '../../test/situations.ts'
import {
  claimEntry,
  type Have,
  LedgerEntry,
  type Outcome,
  recordEntry,
  type RecordInput,
} from './ledger.ts'

const item = itemOf('network', 1)

/** Two before. A look neither uses the budget nor gives it back; being there, or gone, does. */
const failuresAfter = (outcome: Outcome, have: Have['have']): number => {
  if (outcome.failure) return 3
  return have === 'present' || have === 'absent' ? 0 : 2
}

describe('a record', () => {
  const ZOMBIE = NOW + 30_000
  const entry = entryOf(item, 'coming', {
    claim: openClaim,
    zombieUntil: ZOMBIE,
    failures: 2,
    failure: { message: 'before', permanent: false },
    operation: 'operation-before',
  })
  const at = {
    input: undefined,
    now: NOW,
    effectWindow: 180_000,
    failureBackOff: 5000,
  }
  const record = (outcome: Outcome, clean: boolean, more: Partial<RecordInput> = {}): LedgerEntry =>
    recordEntry(structuredClone(entry), { ...at, outcome, clean, ...more })

  const present: Have = { have: 'present', output: { selfLink: 'x' } }
  const failure = { message: 'now', permanent: false }
  const forGood = { ...failure, permanent: true }
  const unknown: Have = { have: 'unknown' }
  const outcomes = {
    absent: { thing: { have: 'absent' } },
    present: { thing: present },
    coming: { thing: { have: 'coming' }, lookIn: 1000 },
    leaving: { thing: { have: 'leaving' }, lookIn: 1000 },
    unknown: { thing: unknown },
    failure: { thing: unknown, failure },
    'permanent failure': { thing: unknown, failure: forGood },
    'cut off': { thing: unknown, failure, mayStillAct: true },
    'cut off, no failure': { thing: unknown, mayStillAct: true },
  } satisfies Record<string, Outcome>

  type Row = [keyof typeof outcomes, clean: boolean, Have['have'], lookAt: number, why: string]
  /** Every outcome, clean and not. */
  const matrix: readonly Row[] = [
    ['absent', true, 'absent', 0, 'nobody can make it any more'],
    ['absent', false, 'unknown', ZOMBIE, "an earlier holder's create may still land"],
    ['present', true, 'present', 0, 'nobody can remove it any more'],
    ['present', false, 'unknown', ZOMBIE, "an earlier holder's delete may still land"],
    ['coming', true, 'coming', NOW + 1000, 'an operation runs'],
    ['coming', false, 'coming', NOW + 1000, 'coming is not final, so it needs no clean look'],
    ['leaving', true, 'leaving', NOW + 1000, 'finalizers and grace come first'],
    ['leaving', false, 'leaving', NOW + 1000, 'leaving is not final'],
    ['unknown', true, 'unknown', NOW, 'look again at once'],
    ['unknown', false, 'unknown', NOW, 'look again at once'],
    ['failure', true, 'unknown', NOW + 5000, 'it counts, and waits'],
    ['failure', false, 'unknown', NOW + 5000, 'a failure is ours, whoever else acts'],
    ['permanent failure', true, 'unknown', NOW + 5000, 'decide gives up; undo tries again'],
    ['permanent failure', false, 'unknown', NOW + 5000, 'as clean'],
    ['cut off', true, 'unknown', NOW + 5000, 'its own call may still land'],
    ['cut off', false, 'unknown', NOW + 5000, 'the later horizon counts'],
    ['cut off, no failure', true, 'unknown', NOW + 180_000, 'a look before is not final'],
    ['cut off, no failure', false, 'unknown', NOW + 180_000, 'a look before is not final'],
  ]

  test('the matrix names every outcome with both looks', () => {
    expect(new Set(matrix.map(([outcome, clean]) => `${outcome} ${clean}`)).size).toBe(18)
  })

  test.each(matrix)('%s, clean %s: %s', (name, clean, have, lookAt, _why) => {
    const outcome: Outcome = outcomes[name]
    const recorded = record(outcome, clean)
    expect(recorded).toMatchObject({
      n: 1,
      g: 1,
      claim: { open: false, token: 'token', recordedAt: NOW },
      lookAt,
      failures: failuresAfter(outcome, have),
      // What a call that was cut off may still do, it may do for as long as any holder.
      zombieUntil: outcome.mayStillAct ? NOW + 180_000 : ZOMBIE,
    })
    expect(recorded.thing.have).toBe(have)
    expect(recorded.failure).toEqual(outcome.failure)
    const isUnderWay = name === 'coming' || name === 'leaving'
    expect(recorded.operation).toBe(isUnderWay ? 'operation-before' : undefined)
    expect(LedgerEntry.parse(recorded)).toEqual(recorded)
  })

  test('the operation is the latest one', () => {
    const seen = { thing: { have: 'coming' as const }, operation: 'operation-now' }
    expect(record(seen, true).operation).toBe('operation-now')
  })

  test('the input stays, and is what the attempt worked with', () => {
    expect(record({ thing: present }, true, { input: { name: 'x' } }).input).toEqual({ name: 'x' })
    const kept = recordEntry(
      { ...entry, input: { name: 'y' } },
      { ...at, outcome: { thing: present }, clean: true },
    )
    expect(kept.input).toEqual({ name: 'y' })
  })

  test('done is when it was found present after its making began, and only then', () => {
    expect(record({ thing: present }, true).doneAt).toBe(NOW)
    expect(record({ thing: present }, false).doneAt).toBeUndefined()
    expect(record({ thing: { have: 'coming' } }, true).doneAt).toBeUndefined()
    const made = entryOf(item, 'present', { doneAt: NOW - 90_000 })
    const claimed = claimEntry(made, {
      item,
      g: 1,
      n: 2,
      token: 'new',
      now: NOW,
      effectWindow: 1,
      lease: 1,
    })
    const again =
      claimed &&
      recordEntry(claimed, { ...at, now: NOW + 5, outcome: { thing: present }, clean: true })
    expect(again).toMatchObject({ startedAt: NOW, doneAt: NOW + 5 })
  })

  test('of an attempt whose turn has not come says nothing new, and when to come again', () => {
    for (const have of ['present', 'coming', 'unknown'] as const) {
      const before = entryOf(item, have, { claim: openClaim, failures: 1, operation: 'op' })
      const outcome: Outcome = { thing: before.thing, isQueued: true, lookIn: 45_000 }
      const queued = recordEntry(before, { ...at, outcome, clean: true })
      const claim = { open: false, token: 'token', recordedAt: NOW }
      // Present, and yet not made: it was to be changed.
      expect(queued).toEqual({ ...before, claim, lookAt: NOW + 45_000 })
    }
  })
})
