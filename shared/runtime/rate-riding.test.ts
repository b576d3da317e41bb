import { expect, test } from 'vitest'
import { virtualClock } from '../../infra/local/clock.ts'
import { CallError, type CallErrorKind } from '../call-error.ts'
import { rideOutRates } from './rate-riding.ts'

const call = { port: 'kubernetes', method: 'create', args: [] }

/** A call that is refused so often, then answers; with how often it was made and how long that took. */
async function refused(
  times: number,
  kind: CallErrorKind = 'rate',
  retryAfterMs?: number,
  restMs = 600_000,
) {
  const clock = virtualClock(1)
  const begun = clock.now()
  let made = 0
  const proceed = async (): Promise<string> => {
    made++
    if (made > times) return 'done'
    throw new CallError(kind, 'refused', retryAfterMs === undefined ? {} : { retryAfterMs })
  }
  const settled = rideOutRates(clock, begun + restMs)(call, proceed).catch(
    (error: unknown) => error,
  )
  let answer: unknown
  void settled.then((value) => (answer = value))
  await clock.until('answered', async () => answer !== undefined, 600_000)
  return { answer, made, ms: clock.now() - begun }
}

test('a call that is refused for the rate is made again, after a growing wait', async () => {
  expect(await refused(3)).toMatchObject({ answer: 'done', made: 4 })
})

test('as long as was asked for, and not sooner', async () => {
  const { answer, ms } = await refused(1, 'rate', 3000)
  expect(answer).toBe('done')
  expect(ms).toBeGreaterThanOrEqual(3000)
})

test('nothing is waited for beyond the time of the attempt: the work is given back', async () => {
  const { answer, made, ms } = await refused(99, 'rate', 3000, 7000)
  expect(answer).toMatchObject({ kind: 'rate', retryAfterMs: 3000 })
  expect(made).toBeLessThanOrEqual(3)
  expect(ms).toBeLessThanOrEqual(7000)
})

test.each<[string, number, CallErrorKind, number | undefined, number]>([
  ['what is refused again and again', 99, 'rate', undefined, 6],
  ['what is to come back much later', 1, 'rate', 60_000, 1],
  ['any other refusal', 1, 'conflict', undefined, 1],
  ['a call that may have been done', 1, 'unknown-outcome', undefined, 1],
])('%s is told', async (_, times, kind, retryAfterMs, made) => {
  const tried = await refused(times, kind, retryAfterMs)
  expect(tried).toMatchObject({ answer: { kind }, made })
})
