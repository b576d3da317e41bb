// Sums of node time under everything that happens to reports and clocks.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allLines, type Meter, type MeterLevel, nodeTally, takeIn } from './meter.ts'
import { minutes, seconds } from './time.ts'

const START = Date.UTC(2026, 0, 1)
const node = (name: string, readyAt = START) => ({
  uid: `${name}-0000-0000`,
  name,
  pool: 'n2-standard-4',
  machineType: 'n2-standard-4',
  spot: false,
  readyAt,
})
const sum = (level: Pick<MeterLevel, 'lines'>): number =>
  level.lines.reduce((all, { nodeMs }) => all + nodeMs, 0)
const forEtl = (idle: boolean) => () => ({ cluster: 'etl', idle })

describe('the tally', () => {
  it('counts from ready to gone, the boot for whom it was brought, and idle time apart', () => {
    const tally = nodeTally('a')
    tally.there(node('node-one'), START + 200)
    tally.look(START + seconds(15), forEtl(false))
    tally.look(START + seconds(30), forEtl(true))
    tally.look(START + seconds(45), forEtl(true))
    tally.look(START + seconds(60), () => undefined)
    tally.gone(node('node-one').uid, START + seconds(70))
    const level = tally.level(START + seconds(75))
    const etl = level.lines.find(({ cluster }) => cluster === 'etl')
    const none = level.lines.find(({ cluster }) => cluster === undefined)
    expect(etl).toMatchObject({ nodeMs: seconds(60), idleMs: seconds(30) })
    expect(none).toMatchObject({ nodeMs: seconds(10), idleMs: 0 })
    expect(level.nodes).toEqual([])
  })

  it('counts a node as warm until a launch takes it, also over a restart', () => {
    const first = nodeTally('a')
    first.there(node('node-one'), START)
    first.look(START + seconds(60), () => ({ warm: true }))
    const tally = nodeTally('b', first.level(START + seconds(60)))
    tally.there(node('node-one'), START + seconds(65))
    tally.look(START + seconds(75), () => ({ warm: true }))
    tally.look(START + seconds(90), forEtl(false))
    tally.look(START + seconds(105), forEtl(false))
    const { lines } = tally.level(START + seconds(105))
    expect(lines).toMatchObject([
      { warm: true, nodeMs: seconds(90), idleMs: 0 },
      { cluster: 'etl', nodeMs: seconds(15) },
    ])
  })

  it('names what stood before the first agent came, as time that nobody watched', () => {
    const tally = nodeTally('a')
    tally.there(node('node-one'), START + minutes(14))
    tally.there(node('node-two', START + minutes(5)), START + minutes(14))
    tally.look(START + minutes(14) + seconds(15), () => undefined)
    const level = tally.level(START + minutes(14) + seconds(15))
    expect(level.unseenMs).toBe(minutes(14) + seconds(15))
    expect(sum(level)).toBe(minutes(9) + seconds(15))
  })

  it('goes on after a restart, and ends what went meanwhile where it was last seen', () => {
    const first = nodeTally('a')
    for (const name of ['node-one', 'node-two']) first.there(node(name), START)
    first.look(START + seconds(15), forEtl(false))
    const left = first.level(START + seconds(15))
    const second = nodeTally('b', left)
    second.there(node('node-one'), START + seconds(40))
    second.look(START + seconds(45), forEtl(false))
    const level = second.level(START + seconds(45))
    expect(level.nodes).toHaveLength(1)
    expect(sum(level)).toBe(seconds(45) + seconds(15))
  })

  it('a clock that goes back or jumps a week costs nothing', () => {
    const week = minutes(7 * 24 * 60)
    for (const jump of [-week, week]) {
      const tally = nodeTally('a')
      tally.there(node('node-one'), START)
      tally.look(START + seconds(15), forEtl(false))
      tally.look(START + jump + seconds(30), forEtl(false))
      tally.look(START + jump + seconds(45), forEtl(false))
      const level = tally.level(START + jump + seconds(45))
      expect(sum(level)).toBe(seconds(30))
      expect(level.unseenMs > 0).toBe(jump > 0)
    }
  })

  it('never counts a node for longer than it was there, whatever the clock does', () => {
    const moves = fc.array(fc.integer({ min: -minutes(60), max: minutes(60) }), { maxLength: 30 })
    fc.assert(
      fc.property(moves, (steps) => {
        const tally = nodeTally('a')
        tally.there(node('node-one'), START)
        let now = START
        let watched = 0
        for (const step of steps) {
          now += step
          watched += step > 0 && step <= minutes(10) ? step : 0
          tally.look(now, forEtl(step % 2 === 0))
        }
        const level = tally.level(now)
        expect(sum(level)).toBe(watched)
        expect(level.lines.every(({ nodeMs, idleMs }) => idleMs >= 0 && idleMs <= nodeMs)).toBe(
          true,
        )
      }),
    )
  })
})

it('reports lost, doubled and out of order come to the sums of the newest', () => {
  const levels: MeterLevel[] = []
  const tally = nodeTally('a')
  tally.there(node('node-one'), START)
  for (let at = 1; at <= 20; at++) {
    tally.look(START + at * seconds(15), forEtl(false))
    levels.push(tally.level(START + at * seconds(15)))
  }
  const orders = fc.array(fc.nat(19), { minLength: 1, maxLength: 60 })
  fc.assert(
    fc.property(orders, (order) => {
      let meter: Meter | undefined
      for (const index of order) {
        const level = levels[index]
        meter = (level && takeIn(meter, level)) ?? meter
      }
      expect(meter && sum({ lines: allLines(meter) })).toBe((Math.max(...order) + 1) * seconds(15))
    }),
  )
})

const levelOf = (life: string, ms: number): MeterLevel => ({
  life,
  seenAt: START,
  gkeMs: ms,
  unseenMs: 0,
  lines: [{ pool: 'p', machineType: 'm', spot: false, nodeMs: ms, idleMs: 0 }],
  nodes: [],
})

it("the next GKE cluster's sums are added to those of the last", () => {
  const first = takeIn(undefined, levelOf('a', 100))
  const second = takeIn(first, levelOf('b', 10))
  const third = second && takeIn(second, levelOf('b', 30))
  expect(third && allLines(third)).toMatchObject([{ nodeMs: 130 }])
  expect(third?.past.gkeMs).toBe(100)
})
