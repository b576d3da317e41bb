import { expect, it } from 'vitest'
import { profile } from '../../profile.ts'
import { backOff } from './back-off.ts'

const MINUTE = 60_000

it('holds for 5 minutes, then twice as long, up to 30, and afresh after 3 hours', () => {
  const holds = backOff(profile({ speed: 1, random: () => 0.5 }))
  const lengths: number[] = []
  let now = 0
  const fail = (): void => {
    holds.failed('p', 'z', now)
    const end = holds.nextEnd(now) ?? now
    lengths.push((end - now) / MINUTE)
    expect(holds.isHeld('p', 'z', end - 1)).toBe(true)
    expect(holds.isHeld('p', 'z', end)).toBe(false)
    expect(holds.isHeld('p', 'y', now)).toBe(false)
    now = end
  }
  for (let time = 0; time < 5; time++) fail()
  now += 181 * MINUTE
  fail()
  expect(lengths).toEqual([5, 10, 20, 30, 30, 5])
})
