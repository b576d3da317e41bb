import { expect, test } from 'vitest'
import { durationText } from './duration.ts'

test.each([
  [0, '0 ms'],
  [340.4, '340 ms'],
  [1000, '1.0 s'],
  [59_999, '59.9 s'],
  [60_000, '1 min 00 s'],
  [125_400, '2 min 05 s'],
  [3_600_000, '1 h 00 min'],
  [259_200_000, '72 h 00 min'],
])('%d ms reads %s', (ms, text) => {
  expect(durationText(ms)).toBe(text)
})
