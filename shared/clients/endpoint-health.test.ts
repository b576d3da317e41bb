import { describe, expect, test } from 'vitest'
import { CallError } from '../call-error.ts'
import {
  begun,
  ended,
  type Health,
  HEALTHY,
  isDown,
  pauseOf,
  type Sign,
  signOf,
} from './endpoint-health.ts'

const random = () => 1

/** After calls that came to these, one after the other, each begun and ended at `now`. */
function after(signs: readonly Sign[], now = 0, from: Health = HEALTHY): Health {
  return signs.reduce((health: Health, sign) => {
    const wasTrial = isDown(health)
    return ended(begun(health, now), sign, { wasTrial, now, random })
  }, from)
}

const silences = (count: number): Sign[] => Array.from({ length: count }, () => 'silence')

describe('an endpoint that asks to be left alone', () => {
  test('is left alone for so long', () => {
    const health = after([{ retryAfterMs: 3000 }], 1000)
    expect([pauseOf(health, 1000), pauseOf(health, 2500), pauseOf(health, 4000)]).toEqual([
      3000, 1500, 0,
    ])
  })

  test('for the longest time that it asked for, whatever answers come in meanwhile', () => {
    const health = after([{ retryAfterMs: 9000 }, { retryAfterMs: 1000 }, 'answer'])
    expect(pauseOf(health, 0)).toBe(9000)
  })
})

/** Once it is known to be down, with this chance. */
function firstPause(chance: number): number {
  const how = { wasTrial: false, now: 0, random: () => chance }
  return pauseOf(ended(after(silences(4)), 'silence', how), 0)
}

describe('an endpoint that does not answer', () => {
  test('is called on until five calls in a row were lost', () => {
    expect(pauseOf(after(silences(4)), 0)).toBe(0)
    expect(pauseOf(after([...silences(4), 'answer', ...silences(4)]), 0)).toBe(0)
    expect(pauseOf(after(silences(5)), 0)).toBe(2000)
  })

  test('is called by one trial at a time', () => {
    const down = after(silences(5))
    expect(pauseOf(down, 2000)).toBe(0)
    expect(pauseOf(begun(down, 2000), 2000)).toBeGreaterThan(20_000)
  })

  test('ever more seldom, and at least every half minute', () => {
    const pauses = [6, 7, 8, 9, 20].map((count) => pauseOf(after(silences(count)), 0))
    expect(pauses).toEqual([4000, 8000, 16_000, 30_000, 30_000])
  })

  test('is there again with its first answer, a refusal too', () => {
    expect(pauseOf(after([...silences(9), 'answer']), 0)).toBe(0)
    expect(pauseOf(after([...silences(9), { retryAfterMs: 500 }]), 0)).toBe(500)
  })

  test('calls that were begun before it went down, and are lost late, say nothing new', () => {
    const down = after(silences(5))
    expect(ended(down, 'silence', { wasTrial: false, now: 1000, random })).toBe(down)
  })

  test('those who wait for it do not come back at the same moment', () => {
    expect([0, 0.5, 1].map(firstPause)).toEqual([1000, 1500, 2000])
  })
})

test.each([
  [new CallError('unavailable', 'x'), 'silence'],
  [new CallError('unknown-outcome', 'x'), 'silence'],
  [new CallError('rate', 'x'), 'answer'],
  [new CallError('rate', 'x', { retryAfterMs: 7 }), { retryAfterMs: 7 }],
  [new CallError('conflict', 'x'), 'answer'],
  [new CallError('denied', 'x'), 'answer'],
  [new TypeError('a fault of ours'), 'answer'],
])('%s is %o', (error, sign) => {
  expect(signOf(error)).toEqual(sign)
})
