import { describe, expect, test } from 'vitest'
import { virtualClock } from '../../infra/local/clock.ts'
import { repeatCall, withDeadline } from './grpc-call.ts'

const cutOff = { code: 14, message: 'Connection dropped' }

/** A call that gets each of these answers in turn; undefined = done. */
function setUp(answers: (object | undefined)[], writes = false) {
  const clock = virtualClock()
  const limits: number[] = []
  const outcome = repeatCall(clock, 1000, { name: 'store: get a/b', writes }, async (limit) => {
    limits.push(limit)
    await Promise.resolve()
    const answer = answers.shift()
    if (answer) throw Object.assign(new Error(), answer)
    return 'answer'
  }).catch((error: unknown) => error)
  return { clock, limits, outcome }
}

describe('repeatCall', () => {
  test('makes a call again that was cut off, in what is left of its time', async () => {
    const { clock, limits, outcome } = setUp([cutOff, cutOff, undefined])
    await clock.advance(1000)
    expect(await outcome).toBe('answer')
    expect(limits).toHaveLength(3)
    expect(limits[0]).toBe(1000)
    expect(limits[2]).toBeLessThan(1000)
  })

  test('gives up after the third', async () => {
    const { clock, limits, outcome } = setUp([cutOff, cutOff, cutOff, undefined])
    await clock.advance(1000)
    expect(await outcome).toMatchObject({
      kind: 'unavailable',
      message: 'store: get a/b: Connection dropped',
    })
    expect(limits).toHaveLength(3)
  })

  test('repeats nothing that has another cause', async () => {
    const { limits, outcome } = setUp([{ code: 7, message: 'no' }, undefined])
    expect(await outcome).toMatchObject({ kind: 'denied' })
    expect(limits).toHaveLength(1)
  })

  test('says of a write that it may have been done', async () => {
    const { outcome } = setUp([{ code: 4, message: 'Deadline exceeded' }], true)
    expect(await outcome).toMatchObject({ kind: 'unknown-outcome' })
  })
})

describe('withDeadline', () => {
  test('gives up a call that never answers', async () => {
    const clock = virtualClock()
    const outcome = withDeadline(clock, 500, new Promise(() => {})).catch((error: unknown) => error)
    await clock.advance(2000)
    expect(await outcome).toMatchObject({ name: 'DeadlineError', code: 4 })
  })

  test('lets an answer or an error through', async () => {
    const clock = virtualClock()
    expect(await withDeadline(clock, 500, Promise.resolve(1))).toBe(1)
    const failed = withDeadline(clock, 500, Promise.reject(new Error('own')))
    await expect(failed).rejects.toThrow('own')
  })
})
