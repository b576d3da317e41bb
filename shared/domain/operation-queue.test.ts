import * as fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { NOW, WORKSPACE } from '../../test/situations.ts'
import { CALL_LEASE, isForgotten, slotsFor, turnsAt } from './operation-queue.ts'
import type { Ticket } from './records.ts'
import { minutes } from './time.ts'

const ROOM = 4
const poolPath = (pool: string): string => `${WORKSPACE}/pools/${pool}`

function ticket(pool: string, doing: Ticket['doing'], more: Partial<Ticket> = {}): Ticket {
  const key = doing === 'cluster' ? 'gke-cluster-g1' : 'node-pool-g1'
  const entity = doing === 'cluster' ? WORKSPACE : poolPath(pool)
  return { entity, key, generation: 1, token: pool, doing, since: NOW, seenAt: NOW, ...more }
}

interface Place {
  readonly held?: readonly Ticket[]
  readonly queued: readonly Ticket[]
  /** Pools of each cluster. */
  readonly clusters?: Readonly<Record<string, readonly string[]>>
}

/** The tokens of those whose turn it is. */
function turns({ held = [], queued, clusters = {} }: Place): string[] {
  const users = new Map<string, string[]>()
  for (const [cluster, pools] of Object.entries(clusters)) {
    for (const pool of pools)
      users.set(poolPath(pool), [...(users.get(poolPath(pool)) ?? []), cluster])
  }
  return turnsAt({ room: ROOM, held, queued, users, now: NOW }).map(({ token }) => token)
}

const create = (pool: string, since = NOW): Ticket => ticket(pool, 'create', { since })
const remove = (pool: string, since = NOW): Ticket => ticket(pool, 'delete', { since })
const whole = ticket('whole', 'cluster')

describe('whose turn it is at a GKE cluster', () => {
  it('the oldest, as many as there is room for', () => {
    const queued = [create('c', 3), create('a', 1), create('b', 2)]
    expect(turns({ queued })).toEqual(['a', 'b', 'c'])
    expect(turns({ held: [create('x'), create('y')], queued })).toEqual(['a', 'b'])
    expect(turns({ held: [1, 2, 3, 4].map((at) => create(`x${at}`)), queued })).toEqual([])
  })

  it('creates before deletes, however old these are', () => {
    const queued = [remove('old', 1), create('new', 2)]
    expect(turns({ queued })).toEqual(['new', 'old'])
    expect(turns({ held: ['x', 'y', 'z'].map((pool) => create(pool)), queued })).toEqual(['new'])
  })

  it('deletes in half of the room at most', () => {
    const queued = [1, 2, 3, 4].map((at) => remove(`d${at}`, at))
    expect(turns({ queued })).toEqual(['d1', 'd2'])
    expect(turns({ held: [remove('x')], queued })).toEqual(['d1'])
    expect(turns({ held: [remove('x'), remove('y')], queued })).toEqual([])
    expect(turns({ held: [create('x'), create('y')], queued })).toEqual(['d1', 'd2'])
    expect(slotsFor(remove('x'), ROOM)).toHaveLength(2)
    expect(slotsFor(create('x'), ROOM)).toHaveLength(4)
  })

  it('an operation on the cluster itself: alone, and nobody begins before it', () => {
    expect(turns({ queued: [create('a', 1), whole] })).toEqual(['whole'])
    expect(turns({ held: [create('x')], queued: [create('a', 1), whole] })).toEqual([])
    expect(turns({ held: [whole, whole, whole, whole], queued: [create('a')] })).toEqual([])
  })

  it('the cluster that has least under way, then the others: one that wants many pools holds nobody up', () => {
    const queued = ['b1', 'b2', 'b3', 'b4', 's1'].map((pool, at) => create(pool, at))
    const clusters = { big: ['b1', 'b2', 'b3', 'b4'], small: ['s1'] }
    expect(turns({ queued, clusters })).toEqual(['b1', 's1', 'b2', 'b3'])
    expect(
      turns({
        held: [create('b0')],
        queued,
        clusters: { ...clusters, big: ['b0', 'b1', 'b2', 'b3', 'b4'] },
      }),
    ).toEqual(['s1', 'b1', 'b2'])
  })

  it('a pool that a cluster waits for before those that only lie ready', () => {
    const queued = ['listed1', 'listed2', 'listed3', 'listed4', 'wanted'].map((pool, at) =>
      create(pool, at),
    )
    expect(turns({ queued, clusters: { etl: ['wanted'] } })[0]).toBe('wanted')
  })

  it('once each: who has a slot does not wait for one', () => {
    expect(turns({ held: [create('a')], queued: [create('a'), create('b')] })).toEqual(['b'])
  })

  it('who is called is expected, until it is given up; who comes back no more keeps nobody waiting', () => {
    const called = { ...create('a', 1), calledAt: NOW }
    const queued = [called, ...['b', 'c', 'd', 'e'].map((pool) => create(pool, 2))]
    expect(turns({ queued })).toEqual(['b', 'c', 'd'])
    const given = [{ ...called, calledAt: NOW - CALL_LEASE }, ...queued.slice(1)]
    expect(turns({ queued: given })).toEqual(['a', 'b', 'c', 'd'])
    const gone = [{ ...create('a', 1), seenAt: NOW - minutes(5) }, create('b', 2)]
    expect(turns({ queued: gone })).toEqual(['b'])
    expect(isForgotten({ ...create('a'), seenAt: NOW - minutes(30) }, NOW)).toBe(true)
    expect(isForgotten({ ...create('a'), seenAt: NOW - minutes(29) }, NOW)).toBe(false)
  })
})

const anyTicket = fc
  .record({
    pool: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'),
    doing: fc.constantFrom('create' as const, 'delete' as const, 'cluster' as const),
    since: fc.integer({ min: 0, max: 5 }),
    isCalled: fc.boolean(),
  })
  .map(({ pool, doing, since, isCalled }) =>
    ticket(pool, doing, { since, ...(isCalled ? { calledAt: NOW } : {}) }),
  )
const tickets = fc.uniqueArray(anyTicket, { selector: ({ entity, key }) => `${entity} ${key}` })

const count = (some: readonly Ticket[], doing: Ticket['doing']): number =>
  some.filter((each) => each.doing === doing).length

test('never more than there is room for, nobody beside the cluster itself, and always somebody while all is free', () => {
  fc.assert(
    fc.property(tickets, fc.integer({ min: 0, max: 4 }), (all, split) => {
      const held = all.slice(0, split).map(({ calledAt: _calledAt, ...each }) => each)
      const queued = all.slice(split)
      const next = turnsAt({ room: ROOM, held, queued, users: new Map(), now: NOW })
      const busy = [...held, ...queued.filter(({ calledAt }) => calledAt !== undefined)]
      expect(next.length).toBeLessThanOrEqual(Math.max(0, 4 - busy.length))
      expect(count(next, 'delete')).toBeLessThanOrEqual(Math.max(0, 2 - count(busy, 'delete')))
      const alone = count(next, 'cluster') === 1 && busy.length === 0 && next.length === 1
      expect(next.length === 0 || count([...busy, ...next], 'cluster') === 0 || alone).toBe(true)
      expect(queued.length === 0 || busy.length > 0 || next.length > 0).toBe(true)
    }),
  )
})
