// Plans: what waits for what, and names that live as long as the thing they name, never longer and never twice.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clusterSubject, poolSubject, workspaceSubject } from '../../test/situations.ts'
import { plan, Plan, type PlannedStep } from './plan.ts'

const base = { kind: 'cluster' as const, attempts: 3, timeoutMs: 60_000 }
const pool: PlannedStep = { ...base, name: 'pool', after: {}, awaits: () => 'accounts/a/pools/p' }
const space: PlannedStep = { ...base, name: 'space', after: {}, attempts: 8 }
const batches: PlannedStep = {
  ...base,
  name: 'batches',
  after: { space },
  instances: (subject) => (subject.kind === 'cluster' ? subject.spec.executors.count : 0),
}
const last: PlannedStep = { ...base, name: 'last', after: { batches, pool } }
const network: PlannedStep = { ...base, name: 'network', kind: 'workspace', after: {} }
const steps = [network, pool, space, batches, last]

const keysOf = ({ items }: Plan): string[] => items.map(({ key }) => key)

test('items stand in the order of the steps, with keys of instance and life', () => {
  const planned = plan(steps, clusterSubject(2), 4)
  expect(planned.items).toEqual([
    {
      key: 'pool-g4',
      step: 'pool',
      index: 1,
      life: 4,
      revision: 4,
      after: [],
      awaits: 'accounts/a/pools/p',
      attempts: 3,
      timeoutMs: 60_000,
    },
    {
      key: 'space-g4',
      step: 'space',
      index: 1,
      life: 4,
      revision: 4,
      after: [],
      attempts: 8,
      timeoutMs: 60_000,
    },
    {
      key: 'batches-001-g4',
      step: 'batches',
      index: 1,
      life: 4,
      revision: 4,
      after: ['space-g4'],
      attempts: 3,
      timeoutMs: 60_000,
    },
    {
      key: 'batches-002-g4',
      step: 'batches',
      index: 2,
      life: 4,
      revision: 4,
      after: ['space-g4'],
      attempts: 3,
      timeoutMs: 60_000,
    },
    {
      key: 'last-g4',
      step: 'last',
      index: 1,
      life: 4,
      revision: 4,
      after: ['pool-g4', 'batches-001-g4', 'batches-002-g4'],
      attempts: 3,
      timeoutMs: 60_000,
    },
  ])
  expect(Plan.parse(planned)).toEqual(planned)
})

test('an entity has the steps of its own kind only', () => {
  expect(keysOf(plan(steps, workspaceSubject, 1))).toEqual(['network-g1'])
  expect(keysOf(plan(steps, poolSubject, 1))).toEqual([])
})

describe('a later generation', () => {
  const first = plan(steps, clusterSubject(3), 1)
  const again = (count: number): Plan => plan(steps, clusterSubject(count), 2, first)

  test('with the same wish keeps every name, so that nothing is made again', () => {
    expect(again(3).items).toEqual(first.items)
  })

  test('with more keeps what is there and names the new ones after itself', () => {
    expect(keysOf(again(4))).toEqual([
      'pool-g1',
      'space-g1',
      'batches-001-g1',
      'batches-002-g1',
      'batches-003-g1',
      'batches-004-g2',
      'last-g1',
    ])
    expect(again(4).items.at(-1)?.after).toContain('batches-004-g2')
  })

  test('with fewer leaves the rest out: what the ledger has beyond it is undone', () => {
    expect(keysOf(again(1))).toEqual(['pool-g1', 'space-g1', 'batches-001-g1', 'last-g1'])
  })

  test('of a wish that was down in between has new names', () => {
    expect(keysOf(plan(steps, clusterSubject(1), 3))).toEqual([
      'pool-g3',
      'space-g3',
      'batches-001-g3',
      'last-g3',
    ])
  })
})

describe('what changes with a generation', () => {
  const machine: PlannedStep = {
    ...base,
    name: 'machine',
    after: {},
    identity: (subject) => subject.kind === 'cluster' && subject.epoch,
  }
  const limit: PlannedStep = {
    ...base,
    name: 'limit',
    after: {},
    content: (subject) => subject.kind === 'cluster' && subject.spec.executors.count,
  }
  const changing = [machine, limit]
  const first = plan(changing, clusterSubject(2), 1)

  test('another identity is another life', () => {
    const next = plan(changing, { ...clusterSubject(2), epoch: 2 }, 2, first)
    expect(keysOf(next)).toEqual(['machine-g2', 'limit-g1'])
    expect(next.items.map(({ revision }) => revision)).toEqual([2, 1])
  })

  test('other content is the same life, to be brought up to date once', () => {
    const next = plan(changing, clusterSubject(3), 2, first)
    expect(keysOf(next)).toEqual(['machine-g1', 'limit-g1'])
    expect(next.items.map(({ revision }) => revision)).toEqual([1, 2])
    const third = plan(changing, clusterSubject(3), 3, next)
    expect(third.items.map(({ revision }) => revision)).toEqual([1, 2])
  })
})

const counts = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 12 })

test('a name that was unwanted once is never wanted again, whatever was wished in between', () => {
  fc.assert(
    fc.property(counts, (wishes) => {
      const retired = new Set<string>()
      let before: Plan | undefined
      wishes.forEach((count, at) => {
        // No executors: the cluster is down.
        const next = count === 0 ? undefined : plan(steps, clusterSubject(count), at + 1, before)
        const keys = new Set(next?.items.map(({ key }) => key))
        for (const { key } of before?.items ?? []) if (!keys.has(key)) retired.add(key)
        expect([...keys].filter((key) => retired.has(key))).toEqual([])
        before = next
      })
    }),
  )
})

test('keys are unique, and what an item waits for is in the plan before it', () => {
  fc.assert(
    fc.property(counts, (wishes) => {
      let latest: Plan | undefined
      wishes.forEach((count, at) => {
        latest = plan(steps, clusterSubject(count), at + 1, latest)
        const before = new Set<string>()
        for (const { key, after } of latest.items) {
          expect(after.filter((needed) => !before.has(needed))).toEqual([])
          expect(before.has(key)).toBe(false)
          before.add(key)
        }
      })
    }),
  )
})
