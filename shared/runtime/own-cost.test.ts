// The list price of what was counted.
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { hours } from '../domain/time.ts'
import { noCounts } from './counts.ts'
import { ownCost, ownCostText, schedulerCost } from './own-cost.ts'

const counts = fc.record({
  invocations: fc.nat(10_000),
  billedMs: fc.nat(10_000_000),
  firestoreReads: fc.nat(100_000),
  firestoreWrites: fc.integer({ min: 1000, max: 100_000 }),
  firestoreDeletes: fc.nat(1000),
  pubsubBytes: fc.nat(100_000_000),
})

it('is what the price list says, worked by hand', () => {
  // 20 requests of 0.3 s at 1 vCPU and 0.5 GiB, 60 reads, 40 writes, 10 deletes, 25 messages of 2 kB sent and received.
  const cost = ownCost({
    ...noCounts(),
    invocations: 20,
    billedMs: 6000,
    firestoreReads: 60,
    firestoreWrites: 50,
    firestoreDeletes: 10,
    pubsubBytes: 100_000,
  })
  const nano = Object.fromEntries(cost.lines.map((line) => [line.what, line.nanoDollars]))
  expect(nano).toEqual({
    requests: 8000,
    cpu: 144_000,
    memory: 7500,
    reads: 18_000,
    writes: 36_000,
    deletes: 1000,
    messages: 3638,
  })
  expect(cost.nanoDollars).toBe(218_138)
  expect(ownCostText(cost)).toContain('$0.000218 (cpu $0.000144, writes $0.000036')
})

it('its lines add up to it, and nothing costs nothing', () => {
  expect(ownCost(noCounts()).nanoDollars).toBe(0)
  fc.assert(
    fc.property(counts, (some) => {
      const { nanoDollars, lines } = ownCost({ ...noCounts(), ...some })
      expect(lines.reduce((sum, line) => sum + line.nanoDollars, 0)).toBe(nanoDollars)
      expect(lines.every((line) => line.nanoDollars >= 0)).toBe(true)
    }),
  )
})

it('and so is the tick of the sweep: ten cents for a month of 31 days', () => {
  expect(schedulerCost(hours(31 * 24))).toBe(100_000_000)
  expect(schedulerCost(hours(1))).toBe(134_409)
})
