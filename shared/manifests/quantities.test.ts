import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { formatAmount, parseQuantity } from '../../infra/local/kubernetes/quantity.ts'
import { cpuQuantity, memoryQuantity } from './quantities.ts'

const MIB = 2 ** 20

it('are written as the API server writes them back, so that what is as wanted does not look changed', () => {
  const amounts = fc.oneof(
    fc.nat(),
    fc.nat({ max: 4096 }).map((count) => count * 1024),
  )
  fc.assert(
    fc.property(amounts, (amount) => {
      expect(cpuQuantity(amount)).toBe(formatAmount('cpu', amount))
      expect(parseQuantity(memoryQuantity(amount))).toBe(amount * MIB)
      expect(memoryQuantity(amount)).toBe(formatAmount('memory', amount * MIB))
    }),
  )
})
