// Quantities as whole numbers and back.
import { expect, test } from 'vitest'
import { amountOf, formatAmount, parseQuantity } from './quantity.ts'

test.each([
  ['cpu', '500m', 500],
  ['cpu', '0.1', 100],
  ['cpu', 4, 4000],
  ['requests.cpu', '1.5', 1500],
  ['cpu', '1u', 1],
  ['memory', '1Ki', 1024],
  ['memory', '1.5Gi', 1_610_612_736],
  ['memory', '1e3', 1000],
  ['memory', '2M', 2_000_000],
  ['pods', '32', 32],
])('%s %j is %d', (resource, quantity, amount) => {
  expect(amountOf(resource, quantity)).toBe(amount)
})

test.each(['', 'much', '1 Gi', '1gi', '--1', '1e', 'Gi'])('%j is no quantity', (text) => {
  expect(parseQuantity(text)).toBeUndefined()
})

test.each([
  ['cpu', 500, '500m'],
  ['requests.cpu', 3000, '3'],
  ['memory', 1_073_741_824, '1Gi'],
  ['memory', 1_000_000, '1000000'],
  ['requests.memory', 0, '0'],
  ['pods', 7, '7'],
])('%s %d is written %j', (resource, amount, text) => {
  expect(formatAmount(resource, amount)).toBe(text)
  expect(amountOf(resource, text)).toBe(amount)
})
