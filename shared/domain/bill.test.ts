// The bill: worked by hand, and its sums for any meter.
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { billOf, inCents, type Rates } from './bill.ts'
import type { Meter } from './meter.ts'
import { minutes } from './time.ts'

const HOUR = minutes(60)
const rates: Rates = {
  machine: (name, spot) => (name === 'unheard-of' ? undefined : spot ? 0.05 : 0.194236),
  disk: 0.0137,
  gkeCluster: 0.1,
  natPerNode: 0.0014,
  natMost: 0.044,
  natAddress: 0.005,
}
const shape = { pool: 'n2', machineType: 'n2-standard-4', spot: false }

it('is what the price list says, worked by hand', () => {
  const meter: Meter = {
    newest: {
      life: 'a',
      seenAt: 5,
      gkeMs: 2 * HOUR,
      unseenMs: 0,
      nodes: [],
      lines: [
        { ...shape, cluster: 'etl', nodeMs: 10 * HOUR, idleMs: 5 * HOUR },
        { ...shape, pool: 'system', nodeMs: 6 * HOUR, idleMs: 0 },
        { ...shape, warm: true, nodeMs: 2 * HOUR, idleMs: 0 },
      ],
    },
    past: { gkeMs: 0, unseenMs: 0, lines: [] },
  }
  const nodes = [{ machineType: 'n2-standard-4', spot: false, count: 10 }]
  const bill = billOf(meter, rates, [{ cluster: 'etl', forMs: HOUR, nodes }])
  expect(bill.clusters).toEqual([
    {
      cluster: 'etl',
      cost: 1_942_360 + 137_000,
      idle: 1_039_680,
      saved: 2_079_360,
      nodeSeconds: 36_000,
    },
  ])
  expect(bill.warm).toEqual({ cost: 388_472 + 27_400, nodeSeconds: 7200 })
  // Eighteen node-hours behind NAT, one address, two hours of GKE.
  expect(bill.unassigned).toEqual({
    nodes: 1_165_416 + 82_200,
    gke: 200_000,
    nat: 25_200 + 10_000,
    cost: 1_482_816,
  })
  expect(bill.total).toBe(2_079_360 + 415_872 + 1_482_816)
})

it('costs nothing where nothing ran, and says what it has no price for', () => {
  expect(billOf(undefined, rates)).toMatchObject({ total: 0, clusters: [], unpriced: [] })
  const strange = { ...shape, machineType: 'unheard-of', nodeMs: HOUR, idleMs: 0 }
  const newest = { life: 'a', seenAt: 5, gkeMs: 0, unseenMs: 0, nodes: [], lines: [strange] }
  const bill = billOf({ newest, past: { gkeMs: 0, unseenMs: 0, lines: [] } }, rates)
  expect(bill.unpriced).toEqual(['unheard-of'])
})

const lines = fc.array(
  fc.record({
    pool: fc.constantFrom('a', 'b', 'system'),
    machineType: fc.constantFrom('n2-standard-4', 'unheard-of'),
    spot: fc.boolean(),
    whose: fc.constantFrom({ cluster: 'etl' }, { cluster: 'ml' }, { warm: true } as const, {}),
    nodeMs: fc.nat(1e12),
    idleShare: fc.nat(100),
  }),
)

it('clusters, warm nodes and what is of none come to the total, to the millionth and to the cent', () => {
  const meters = fc.record({ lines, past: lines, gkeMs: fc.nat(1e10), pastMs: fc.nat(1e10) })
  fc.assert(
    fc.property(meters, (some) => {
      const all = (given: typeof some.lines): Meter['past']['lines'] =>
        given.map(({ whose, idleShare, ...line }) => ({
          ...line,
          ...whose,
          idleMs: Math.floor((line.nodeMs * idleShare) / 100),
        }))
      const { gkeMs, pastMs } = some
      const newest = { life: 'a', seenAt: 5, gkeMs, unseenMs: 0, nodes: [], lines: all(some.lines) }
      const past = { gkeMs: pastMs, unseenMs: 0, lines: all(some.past) }
      const bill = billOf({ newest, past }, rates)
      const parts = [...bill.clusters.map(({ cost }) => cost), bill.warm.cost, bill.unassigned.cost]
      const total = parts.reduce((sum, part) => sum + part, 0)
      expect(total).toBe(bill.total)
      const { nodes, gke, nat } = bill.unassigned
      const ofLines = bill.lines.reduce((sum, line) => sum + line.machines + line.disks, 0)
      expect(ofLines + gke + nat).toBe(bill.total)
      expect(nodes + gke + nat).toBe(bill.unassigned.cost)
      const cents = inCents(parts)
      expect(cents.reduce((sum, part) => sum + part, 0)).toBe(Math.round(total / 10_000))
      for (const [index, part] of parts.entries()) {
        expect(Math.abs((cents[index] ?? 0) * 10_000 - part)).toBeLessThan(10_000)
      }
      for (const { cost, idle } of bill.clusters) {
        expect(idle).toBeGreaterThanOrEqual(0)
        expect(idle).toBeLessThanOrEqual(cost)
      }
    }),
  )
})
