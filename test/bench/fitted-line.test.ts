import { expect, it } from 'vitest'
import { fittedLine } from './fitted-line.ts'

it('goes through points that lie on a line', () => {
  const { a, b } = fittedLine([1, 10, 300].map((x) => [x, 20_000 + 2 * x]))
  expect(a).toBeCloseTo(20_000)
  expect(b).toBeCloseTo(2)
})

it('lies between points that do not', () => {
  expect(
    fittedLine([
      [0, 0],
      [0, 2],
      [2, 2],
      [2, 4],
    ]),
  ).toEqual({ a: 1, b: 1 })
})
