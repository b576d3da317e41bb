// The virtual clock, where it is not as plain as a clock: a leap.
import { expect, test } from 'vitest'
import { virtualClock } from './clock.ts'

test('after a leap what fell due meanwhile runs once, in order, at the time that it is then', async () => {
  const clock = virtualClock()
  const start = clock.now()
  const rang: [string, number][] = []
  const ring = (name: string) => (): void => void rang.push([name, clock.now() - start])
  const everySecond = (): void => {
    ring('every second')()
    clock.after(1000, everySecond)
  }
  clock.after(2000, ring('later'))
  clock.after(1000, everySecond)
  clock.leap(5000)
  expect(rang).toEqual([])
  await clock.advance(1000)
  expect(rang).toEqual([
    ['every second', 5000],
    ['later', 5000],
    ['every second', 6000],
  ])
})
