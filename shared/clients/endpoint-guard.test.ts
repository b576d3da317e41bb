// On a virtual clock: who is let through when, and what is refused.
import { describe, expect, test } from 'vitest'
import { type VirtualClock, virtualClock } from '../../infra/local/clock.ts'
import { CallError } from '../call-error.ts'
import { type EndpointGuard, endpointGuard } from './endpoint-guard.ts'
import type { Share } from './fair-gate.ts'

interface Called {
  readonly flow: string
  readonly beganAt: number
}

/** An endpoint that takes `takesMs` for a call, behind its guard. */
function guarded(share?: Share, takesMs = 10) {
  const clock = virtualClock(1)
  const begun = clock.now()
  const guard = endpointGuard(clock, 'there', share)
  const called: Called[] = []
  const errors: unknown[] = []
  let underWay = 0
  let most = 0
  let failure: CallError | undefined
  const call = (flow = ''): Promise<void> =>
    guard
      .run(flow, async () => {
        called.push({ flow, beganAt: clock.now() - begun })
        most = Math.max(most, ++underWay)
        await clock.sleep(takesMs)
        underWay--
        if (failure) throw failure
      })
      .catch((error: unknown) => void errors.push(error))
  return {
    clock,
    guard,
    called,
    errors,
    call,
    most: () => most,
    /** From now on calls come to this. */
    answers: (error?: CallError): void => {
      failure = error
    },
  }
}

const away = new CallError('unavailable', 'nobody there')

describe('a share', () => {
  test('bounds the calls at a time', async () => {
    const { clock, call, called, most } = guarded({ atOnce: 3, perSecond: 1000, burst: 1000 })
    for (let at = 0; at < 30; at++) void call()
    await clock.advance(1000)
    expect([called.length, most()]).toEqual([30, 3])
  })

  test('bounds the calls a second, after a burst', async () => {
    const { clock, call, called } = guarded({ atOnce: 100, perSecond: 10, burst: 20 }, 0)
    for (let at = 0; at < 60; at++) void call()
    await clock.advance(0)
    expect(called).toHaveLength(20)
    await clock.advance(2000)
    expect(called).toHaveLength(40)
  })

  test('what would wait for more than five seconds is given back', async () => {
    const { clock, call, called, errors } = guarded(
      { atOnce: 1, perSecond: 1000, burst: 1000 },
      1000,
    )
    for (let at = 0; at < 10; at++) void call()
    await clock.advance(20_000)
    // One each second, from the first on.
    expect([called.length, errors.length]).toEqual([5, 5])
    expect(errors[0]).toMatchObject({ kind: 'rate', retryAfterMs: 1000 })
  })

  test('ten calls of a small launch pass the thousand of a large one', async () => {
    const { clock, call, called } = guarded({ atOnce: 8, perSecond: 1000, burst: 1000 })
    for (let at = 0; at < 1000; at++) void call('large')
    await clock.advance(100)
    const before = called.length
    for (let at = 0; at < 10; at++) void call('small')
    await clock.advance(5000)
    const order = called.slice(before).map(({ flow }) => flow)
    // A place that becomes free goes to the small one, until it has as many as the large one; then they take turns.
    expect(order.lastIndexOf('small')).toBeLessThan(2 * 10)
    expect(order.filter((flow) => flow === 'large').length).toBeGreaterThan(900)
  })

  test('is halved by a refusal, and grows again', async () => {
    const { clock, call, answers, called } = guarded({ atOnce: 8, perSecond: 1000, burst: 1000 })
    answers(new CallError('rate', 'too many', { retryAfterMs: 1000 }))
    for (let at = 0; at < 8; at++) void call()
    await clock.advance(100)
    answers()
    for (let at = 0; at < 40; at++) void call()
    await clock.advance(3000)
    const first = called[8]?.beganAt
    expect(first).toBeGreaterThanOrEqual(1000)
    expect(called.filter(({ beganAt }) => beganAt === first)).toHaveLength(4)
    expect(called).toHaveLength(48)
  })
})

describe('an endpoint that asks to wait', () => {
  const share = { atOnce: 8, perSecond: 1000, burst: 1000 }

  test('for a short time: calls wait, and none is lost', async () => {
    const { clock, call, answers, called, errors } = guarded(share)
    answers(new CallError('rate', 'too many', { retryAfterMs: 3000 }))
    void call()
    await clock.advance(10)
    answers()
    void call()
    await clock.advance(10_000)
    expect(called.map(({ beganAt }) => beganAt)).toEqual([0, 3010])
    expect(errors).toHaveLength(1)
  })

  test('for a long time: calls are given back at once, and say for how long', async () => {
    const { clock, call, answers, called, errors } = guarded(share)
    answers(new CallError('rate', 'too many', { retryAfterMs: 60_000 }))
    void call()
    await clock.advance(10)
    answers()
    await clock.advance(20_000)
    await call()
    expect(called).toHaveLength(1)
    expect(errors[1]).toMatchObject({ kind: 'rate', retryAfterMs: 40_000 })
    await clock.advance(40_000)
    void call()
    await clock.advance(10)
    expect(called).toHaveLength(2)
  })
})

/** Calls once a second for so long. */
async function insist(clock: VirtualClock, call: () => Promise<void>, ms: number): Promise<void> {
  for (let past = 0; past < ms; past += 1000) {
    void call()
    await clock.advance(1000)
  }
}

describe.each([
  ['with a share', { atOnce: 8, perSecond: 1000, burst: 1000 }],
  ['without', undefined],
])('an endpoint that does not answer, %s', (_, share) => {
  test('is left to trials, and the others are given back', async () => {
    const { clock, call, answers, called, errors } = guarded(share)
    answers(away)
    await insist(clock, call, 300_000)
    expect(called.length).toBeLessThan(25)
    expect(errors).toHaveLength(300)
    expect(errors.at(-1)).toMatchObject({ kind: 'rate' })
    answers()
    await insist(clock, call, 60_000)
    // The next trial opens it for all.
    expect(errors.length).toBeLessThanOrEqual(300 + 31)
  })

  test('one trial at a time, whoever else comes', async () => {
    const { clock, call, answers, called } = guarded(share, 5000)
    answers(away)
    for (let at = 0; at < 5; at++) void call()
    await clock.advance(5000)
    await clock.advance(2000)
    for (let at = 0; at < 7; at++) void call()
    await clock.advance(100)
    expect(called).toHaveLength(6)
  })
})

test('a call that fails by a fault of ours is told as it is', async () => {
  const guard: EndpointGuard = endpointGuard(virtualClock(1), 'there')
  await expect(guard.run('', () => Promise.reject(new TypeError('ours')))).rejects.toThrow('ours')
})
