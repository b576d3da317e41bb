import { expect, test } from 'vitest'
import { virtualClock } from '../clock.ts'
import { eventDelivery, overHttp } from './event-delivery.ts'

const DAY_MS = 24 * 60 * 60_000
const event = { path: '/', headers: { 'ce-id': '1' }, body: Buffer.from('body') }
const policy = { minBackoffMs: 10_000, maxBackoffMs: 600_000 }

/** A function that answers these in turn, the last one for ever; and when it was called, seconds from the start. */
function deliveryTo(...answers: (number | Error)[]) {
  const clock = virtualClock()
  const start = clock.now()
  const calledAt: number[] = []
  const logged: string[] = []
  const delivery = eventDelivery(
    clock,
    overHttp(async (_, request) => {
      expect(request).toBe(event)
      const answer = answers[Math.min(calledAt.length, answers.length - 1)]
      calledAt.push((clock.now() - start) / 1000)
      if (typeof answer !== 'number') throw answer
      return { status: answer, headers: {}, body: Buffer.alloc(0) }
    }),
    () => policy,
    (_, message) => void logged.push(message),
  )
  return { clock, calledAt, logged, delivery }
}

test('an acknowledged event is not delivered again', async () => {
  const { clock, calledAt, logged, delivery } = deliveryTo(204)
  delivery.take('wake', event)
  await clock.advance(DAY_MS)
  expect([calledAt, logged]).toEqual([[0], []])
})

test('one that is refused, or meets no server, comes again after 10 s, and then after twice as long', async () => {
  const { clock, calledAt, logged, delivery } = deliveryTo(500, new Error('reset'), 503, 204)
  delivery.take('wake', event)
  await clock.advance(DAY_MS)
  expect(calledAt).toEqual([0, 10, 30, 70])
  expect(logged).toEqual(Array.from({ length: 3 }, () => 'event not acknowledged'))
})

test('the wait grows to 600 s, and after a day it is given up', async () => {
  const { clock, calledAt, delivery } = deliveryTo(500)
  delivery.take('wake', event)
  await clock.advance(2 * DAY_MS)
  const waits = calledAt.slice(1).map((at, index) => at - (calledAt[index] ?? 0))
  expect(waits.slice(0, 8)).toEqual([10, 20, 40, 80, 160, 320, 600, 600])
  expect(calledAt.at(-1)).toBeGreaterThan(DAY_MS / 1000 - 600)
  expect(calledAt.at(-1)).toBeLessThanOrEqual(DAY_MS / 1000 + 600)
})

test('once stopped nothing comes again', async () => {
  const { clock, calledAt, delivery } = deliveryTo(500)
  delivery.take('wake', event)
  await clock.advance(1000)
  delivery.stop()
  await clock.advance(DAY_MS)
  expect(calledAt).toEqual([0])
})
