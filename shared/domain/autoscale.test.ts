import { assert, constant, integer, oneof, property, record, tuple } from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { autoscale, DOWN_AFTER, executorsFor, type Scale } from './autoscale.ts'

const range = { min: 2, max: 10 }
const none = { runningTasks: 0, pendingTasks: 0 }
const scale = (more: Partial<Scale>): Scale => ({
  range,
  count: 2,
  slots: 8,
  load: none,
  spareFor: 0,
  ...more,
})

describe('a backlog', () => {
  it('brings at once as many executors as run it all', () => {
    const load = { runningTasks: 16, pendingTasks: 17 }
    expect(autoscale(scale({ load }))).toEqual({
      to: 5,
      why: '17 tasks wait for a slot, 16 run, 8 at once on each executor',
    })
  })

  it('brings no more than the range allows', () => {
    const load = { runningTasks: 16, pendingTasks: 100_000 }
    expect(autoscale(scale({ load }))?.to).toBe(10)
  })
})

describe('executors that are too many', () => {
  it('stay until fewer have been enough for a while', () => {
    expect(autoscale(scale({ count: 10, spareFor: DOWN_AFTER - 1 }))).toBeUndefined()
  })

  it('go by halves, down to the least', () => {
    const sizes = [10]
    for (;;) {
      const to = autoscale(scale({ count: sizes.at(-1) ?? 0, spareFor: DOWN_AFTER }))?.to
      if (to === undefined) break
      sizes.push(to)
    }
    expect(sizes).toEqual([10, 6, 4, 3, 2])
  })
})

// --- Laws -------------------------------------------------------------------------------------------------------

const ranges = tuple(integer({ min: 1, max: 999 }), integer({ min: 1, max: 999 })).map(
  ([min, more]) => ({ min, max: Math.min(1000, min + more) }),
)
const loads = record({
  runningTasks: integer({ min: 0, max: 20_000 }),
  pendingTasks: integer({ min: 0, max: 20_000 }),
})
const scales = ranges.chain((of) =>
  record({
    range: constant(of),
    count: integer({ min: of.min, max: of.max }),
    slots: integer({ min: 1, max: 64 }),
    load: loads,
    spareFor: oneof(integer({ min: -DOWN_AFTER, max: 5 * DOWN_AFTER }), constant(NaN)),
  }),
)
const sizeAfter = (of: Scale): number => autoscale(of)?.to ?? of.count

test('it never leaves the range', () => {
  assert(
    property(scales, (of) => {
      expect(sizeAfter(of)).toBeGreaterThanOrEqual(of.range.min)
      expect(sizeAfter(of)).toBeLessThanOrEqual(of.range.max)
    }),
  )
})

test('it never takes an executor that running tasks need', () => {
  assert(
    property(scales, (of) => {
      const needed = Math.ceil(of.load.runningTasks / of.slots)
      expect(sizeAfter(of)).toBeGreaterThanOrEqual(Math.min(of.count, needed))
    }),
  )
})

test('more load never makes it smaller', () => {
  assert(
    property(scales, loads, (of, { runningTasks, pendingTasks }) => {
      const load = {
        runningTasks: of.load.runningTasks + runningTasks,
        pendingTasks: of.load.pendingTasks + pendingTasks,
      }
      expect(sizeAfter({ ...of, load })).toBeGreaterThanOrEqual(sizeAfter(of))
    }),
  )
})

test('what is unknown changes nothing', () => {
  assert(
    property(scales, (of) => {
      expect(autoscale({ ...of, load: undefined })).toBeUndefined()
    }),
  )
})

test('under a constant load it goes one way, to the size that is enough, and stays there', () => {
  assert(
    property(scales, (of) => {
      const enough = executorsFor(of.load, of.slots, of.range)
      const sizes = [of.count]
      for (let round = 0; round < 20; round++) {
        sizes.push(sizeAfter({ ...of, count: sizes.at(-1) ?? 0, spareFor: DOWN_AFTER }))
      }
      const ways = new Set(sizes.slice(1).map((size, at) => Math.sign(size - (sizes[at] ?? size))))
      ways.delete(0)
      expect(ways.size).toBeLessThanOrEqual(1)
      expect(sizes.at(-1)).toBe(enough)
    }),
  )
})
