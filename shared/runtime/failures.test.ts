// Which errors are looks, which are tried again and which end a step at once: every row of the table (protocol rule 9).
import { describe, expect, test } from 'vitest'
import { CallError, type CallErrorKind } from '../call-error.ts'
import { minutes, seconds } from '../domain/time.ts'
import { PermanentError } from '../steps/step.ts'
import { reasonOf } from '../domain/reasons/reason.ts'
import { HANDLING, NEEDS_A_PERSON, outcomeOf, retryIn } from './failures.ts'

const ABSENT = { have: 'absent' } as const
const PRESENT = { have: 'present', output: {} } as const
const kindsWith = (handling: string): CallErrorKind[] =>
  (Object.keys(HANDLING) as CallErrorKind[]).filter((kind) => HANDLING[kind] === handling) // keys of a Record

describe.each(kindsWith('look'))('%s is a look', (kind) => {
  test('which uses no budget and comes back soon, each at a time of its own', () => {
    const error = new CallError(kind, 'not now')
    expect(outcomeOf(error, ABSENT, 0)).toEqual({ thing: ABSENT, lookIn: seconds(10) })
    expect(outcomeOf(error, ABSENT, 0.5)).toEqual({ thing: ABSENT, lookIn: seconds(12.5) })
  })
  test('which comes back no sooner than it was asked to', () => {
    const error = new CallError(kind, 'not now', { retryAfterMs: 30_000 })
    expect(outcomeOf(error, ABSENT, 0.9).lookIn).toBeGreaterThanOrEqual(30_000)
  })
})

test.each(kindsWith('away'))('%s says nothing of the step', (kind) => {
  const outcome = outcomeOf(new CallError(kind, 'x'), ABSENT, 0)
  expect(outcome).toMatchObject({ failure: { permanent: false }, isAway: true })
})

test.each(kindsWith('retry'))('%s is tried again within the budget', (kind) => {
  expect(outcomeOf(new CallError(kind, 'x'), ABSENT, 0).failure).toMatchObject({ permanent: false })
})

test.each(kindsWith('fail'))('%s fails at once', (kind) => {
  expect(outcomeOf(new CallError(kind, 'x'), ABSENT, 0).failure).toMatchObject({ permanent: true })
})

test('the table as it stands', () => {
  const table = { look: kindsWith('look'), away: kindsWith('away'), fail: kindsWith('fail') }
  expect(table).toEqual({
    look: ['busy', 'rate', 'conflict'],
    away: ['unavailable'],
    fail: ['invalid'],
  })
})

const WORDS = {
  GCP_API_DISABLED: 'Compute Engine API has not been used in project 12 before or it is disabled.',
  GCP_DENIED_BY_ORG_POLICY: 'Constraint constraints/compute.vmExternalIpAccess violated',
  GCP_SERVICE_ACCOUNT_DELETED: 'GKE_SERVICE_ACCOUNT_DELETED',
} as const

test.each([...NEEDS_A_PERSON])('%s fails at once, because only a person can mend it', (code) => {
  const text = Object.entries(WORDS).find(([name]) => name === code)?.[1] ?? ''
  const { failure } = outcomeOf(new CallError('denied', text), ABSENT, 0)
  expect(failure).toMatchObject({ permanent: true, reason: { code } })
})

test('a permission that is missing is tried again: grants take minutes to hold', () => {
  const { failure } = outcomeOf(new CallError('denied', 'no'), ABSENT, 0)
  expect(failure).toMatchObject({ permanent: false, reason: { code: 'GCP_FORBIDDEN' } })
})

test('a call that was cut off may still act, and nothing is known of its thing', () => {
  const outcome = outcomeOf(new CallError('unknown-outcome', 'timed out'), ABSENT, 0)
  expect(outcome).toMatchObject({ thing: { have: 'unknown' }, mayStillAct: true })
})

test('what was there is not taken for there after an error', () => {
  expect(outcomeOf(new CallError('unavailable', 'x'), PRESENT, 0).thing).toEqual({
    have: 'unknown',
  })
})

test('a step that says why it cannot go on is believed', () => {
  const reason = reasonOf('INVALID_SPARK_IMAGE', { runtime: 'x' })
  expect(outcomeOf(new PermanentError(reason), ABSENT, 0).failure).toEqual({
    message: reason.message,
    permanent: true,
    reason,
  })
})

test('a fault of ours is tried again, and has no reason of its own', () => {
  expect(outcomeOf(new TypeError('x'), ABSENT, 0).failure).toEqual({
    message: 'x',
    permanent: false,
  })
})

describe('the wait before the next try', () => {
  test.each([
    [0, 0, seconds(2.5)],
    [0, 1, seconds(5)],
    [3, 0, seconds(20)],
    [3, 1, seconds(40)],
    [50, 1, minutes(5)],
  ])('after %i failures, with chance %d, is %i ms', (failures, random, ms) => {
    expect(retryIn(failures, random)).toBe(ms)
  })
})
