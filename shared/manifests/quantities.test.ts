import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  canonicalQuantity,
  formatAmount,
  parseQuantity,
} from '../../infra/local/kubernetes/quantity.ts'
import { countQuantity, cpuQuantity, memoryQuantity } from './quantities.ts'

const MIB = 2 ** 20

it('are written as the API server writes them back, so that what is as wanted does not look changed', () => {
  const amounts = fc.oneof(
    fc.nat(),
    fc.nat({ max: 4096 }).map((count) => count * 1024),
    fc.nat({ max: 4096 }).map((count) => count * 1000),
  )
  fc.assert(
    fc.property(amounts, (amount) => {
      expect(cpuQuantity(amount)).toBe(formatAmount('cpu', amount))
      expect(countQuantity(amount)).toBe(formatAmount('pods', amount))
      expect(parseQuantity(memoryQuantity(amount))).toBe(amount * MIB)
      for (const written of [cpuQuantity(amount), countQuantity(amount), memoryQuantity(amount)]) {
        expect(canonicalQuantity(written)).toBe(written)
      }
    }),
  )
})

it('a thousand of something has a suffix', () => {
  expect([cpuQuantity(1_000_000), cpuQuantity(1_500_000), countQuantity(1000)]).toEqual([
    '1k',
    '1500',
    '1k',
  ])
})
