import { describe, expect, it, test } from 'vitest'
import { PoolEntity } from './entity.ts'
import { AUDIT_PERIOD } from './protocol-times.ts'
import { hours, minutes } from './time.ts'
import { isSeenWithoutGap, isToRetire } from './unused-pool.ts'

const NOW = hours(1_000_000)

function pool(name: string, more: Partial<Record<string, unknown>> = {}): PoolEntity {
  return PoolEntity.parse({
    kind: 'pool',
    account: 'acme',
    workspace: 'analytics',
    pool: name,
    generation: 1,
    want: 'up',
    request: 'pool-1',
    changedAt: 0,
    spec: { machineType: name, spot: false },
    state: 'RUNNING',
    ...more,
  })
}

const alone = (unusedFor: number, keptHours?: number): boolean => {
  const unusedSince = NOW - unusedFor
  const one = pool('n2-standard-8', { unusedSince })
  return isToRetire({ pool: one, unusedSince, all: [one], most: 100, keptHours, now: NOW })
}

test.each([
  ['a minute less than a day', hours(24) - minutes(1), undefined, false],
  ['a day', hours(24), undefined, true],
  ['a day, where two are allowed', hours(24), 48, false],
  ['an hour, where one is allowed', hours(1), 1, true],
  ['a year, where it is kept for ever', hours(8760), 0, false],
  ['from the future, because the clock went backwards', -hours(24 * 7), undefined, false],
])('unused for %s', (_, unusedFor, keptHours, retired) => {
  expect(alone(unusedFor, keptHours)).toBe(retired)
})

test.each([
  ['in time', NOW - hours(1), minutes(1), true],
  ['by a backlog', NOW - hours(1), AUDIT_PERIOD, true],
  ['a week late: nobody looked, or the clock has jumped', NOW - hours(1), hours(24 * 7), false],
  ['after the clock went backwards', NOW + hours(24 * 7), 0, false],
  ['before it was due', NOW - hours(1), -minutes(5), true],
])('what is seen %s', (_, since, lateBy, isKnown) => {
  expect(isSeenWithoutGap(since, lateBy, NOW)).toBe(isKnown)
})

describe('above the number that the autoscaler takes well', () => {
  const many = 100
  const used = (count: number): PoolEntity[] =>
    Array.from({ length: count }, (_, at) => pool(`used-${at}`))
  const old = pool('old', { unusedSince: NOW - minutes(20) })
  const young = pool('young', { unusedSince: NOW - minutes(10) })
  const going = (all: readonly PoolEntity[]): string[] =>
    [old, young]
      .filter((each) =>
        isToRetire({
          pool: each,
          unusedSince: each.unusedSince ?? NOW,
          all,
          most: many,
          keptHours: undefined,
          now: NOW,
        }),
      )
      .map((each) => each.pool)

  it.each([
    ['just as many: none', used(many - 2), []],
    ['one too many: the one that was used least recently', used(many - 1), ['old']],
    ['three too many: both, and none that is used', used(many + 1), ['old', 'young']],
    ['what is retired does not count', [...used(many - 2), pool('gone', ended('RETIRED'))], []],
    ['what is on its way out counts as gone', [...used(many - 2), pool('x', leaving)], []],
    ['node pools count, not pools', [pool('wide', { shards: many - 1 })], ['old']],
  ])('%s', (_, others, expected) => {
    expect(going([...others, young, old])).toEqual(expected)
  })
})

const reason = { code: 'POOL_UNUSED', type: 'SUCCESS', message: 'no cluster has used it' }
const ended = (state: string) => ({ state, want: 'down', reason })
const leaving = { state: 'RETIRING', want: 'down', reason }
