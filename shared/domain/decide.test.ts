// What is done next, rule by rule: when a step is due, what it waits for, and in which order things are removed.
import { describe, expect, test } from 'vitest'
import {
  clusterItems,
  clusterPlan,
  entityOf,
  entryOf,
  itemOf,
  NOW,
  openClaim,
  POOL,
  poolSubject,
  runOf,
  situationOf,
  workspaceSubject,
} from '../../test/situations.ts'
import { decide } from './decide.ts'
import type { Entity } from './entity.ts'
import type { LedgerEntry } from './ledger.ts'
import type { Plan } from './plan.ts'
import type { Situation } from './situation.ts'

const network = itemOf('network', 1)
const subnet = itemOf('subnet', 1, { after: [network.key] })
const plan: Plan = { subject: workspaceSubject, items: [network, subnet] }

const startsOf = (situation: Situation): string[] =>
  decide(situation).start.map(({ item, n }) => `${item.key} #${n}`)

describe('a step is due', () => {
  const due = { lookAt: NOW }
  const later = { lookAt: NOW + 1 }
  const open = { claim: openClaim }
  const older = { g: 1 }
  const hinted = { hinted: new Set([network.key]) }
  type Row = readonly [string, LedgerEntry | undefined, Partial<Situation>, string | undefined]
  /** In generation 2; what is `older` was claimed for generation 1. */
  const ours = { g: 2, n: 4 }
  const rows: readonly Row[] = [
    ['never tried', undefined, {}, '#1'],
    ['never tried, and hinted', undefined, hinted, '#1'],
    ['closed, its look due', entryOf(network, 'coming', { ...ours, ...due }), {}, '#5'],
    ['closed, its look later', entryOf(network, 'coming', { ...ours, ...later }), {}, undefined],
    ['closed, hinted', entryOf(network, 'coming', { ...ours, ...later }), hinted, '#5'],
    [
      'closed, of an older generation',
      entryOf(network, 'coming', { ...ours, ...later, ...older }),
      {},
      '#5',
    ],
    ['open, its lease over', entryOf(network, 'unknown', { ...ours, ...open, ...due }), {}, '#5'],
    [
      'open, its lease running',
      entryOf(network, 'unknown', { ...ours, ...open, ...later }),
      {},
      undefined,
    ],
    [
      'open, hinted: somebody is at it',
      entryOf(network, 'unknown', { ...ours, ...open, ...later }),
      hinted,
      undefined,
    ],
    [
      'open, of an older generation',
      entryOf(network, 'unknown', { ...ours, ...open, ...later, ...older }),
      {},
      '#5',
    ],
    ['present', entryOf(network, 'present', ours), {}, undefined],
    ['present, hinted', entryOf(network, 'present', ours), hinted, undefined],
    [
      'present, of an older generation',
      entryOf(network, 'present', { ...ours, ...older }),
      {},
      undefined,
    ],
    ['absent after all', entryOf(network, 'absent', ours), {}, '#5'],
    ['leaving', entryOf(network, 'leaving', { ...ours, ...later }), {}, undefined],
    [
      'failed, its wait running',
      entryOf(network, 'unknown', {
        ...ours,
        ...later,
        failures: 1,
        failure: { message: 'x', permanent: false },
      }),
      {},
      undefined,
    ],
    [
      'failed, its wait over',
      entryOf(network, 'unknown', {
        ...ours,
        ...due,
        failures: 1,
        failure: { message: 'x', permanent: false },
      }),
      {},
      '#5',
    ],
  ]

  test.each(rows)('%s', (_, entry, more, start) => {
    const situation = situationOf(plan, {
      entity: entityOf(workspaceSubject, 2),
      run: runOf(plan, { generation: 2 }),
      ledger: entry ? [entry] : [],
      ...more,
    })
    const mine = startsOf(situation).filter((key) => key.startsWith('network'))
    expect(mine).toEqual(start === undefined ? [] : [`${network.key} ${start}`])
  })
})

describe('a step waits', () => {
  test.each(['absent', 'coming', 'leaving', 'unknown'] as const)(
    'while what it needs is %s',
    (have) => {
      const ledger = [entryOf(network, have, { lookAt: NOW + 1 })]
      expect(startsOf(situationOf(plan, { ledger }))).toEqual([])
    },
  )

  test('no longer when that is present, also while it is looked at again', () => {
    const present = entryOf(network, 'present', { lookAt: NOW + 1 })
    expect(startsOf(situationOf(plan, { ledger: [present] }))).toEqual(['subnet-g1 #1'])
    const again = { ...present, claim: openClaim }
    expect(startsOf(situationOf(plan, { ledger: [again] }))).toEqual(['subnet-g1 #1'])
  })

  const awaiting: Plan = {
    ...clusterPlan(1, 1),
    items: [itemOf('executor-pool', 1, { awaits: POOL })],
  }
  const pool = entityOf(poolSubject)
  const reason = { code: 'X', type: 'SUCCESS' as const, message: 'x' }
  const pools: readonly [string, Entity | undefined, string[]][] = [
    ['is made', pool, []],
    ['runs', { ...pool, state: 'RUNNING' } as Entity, ['executor-pool-g1 #1']],
    // It then fails with the reason of its own look.
    ['failed', { ...pool, state: 'FAILED', reason } as Entity, ['executor-pool-g1 #1']],
    ['is gone', undefined, ['executor-pool-g1 #1']],
  ]
  test.each(pools)('for a pool that %s', (_, awaited, starts) => {
    const map = new Map(awaited ? [[POOL, awaited]] : [])
    expect(startsOf(situationOf(awaiting, { awaited: map }))).toEqual(starts)
  })
})

describe('on the way down', () => {
  const run = runOf({ ...plan, items: [] }, { direction: 'down', generation: 2 })
  const down = (...ledger: LedgerEntry[]): Situation => {
    const reason = { code: 'USER_REQUEST', type: 'SUCCESS' as const, message: 'x' }
    const { kind, spec, ...common } = entityOf(workspaceSubject, 2) as Extract<
      Entity,
      { kind: 'workspace' }
    >
    const { state: _state, ...rest } = { kind, spec, ...common }
    return situationOf(plan, {
      run,
      ledger,
      entity: { ...rest, want: 'down', state: 'CANCELLING', reason },
    })
  }
  const made = [entryOf(network, 'present'), entryOf(subnet, 'present')] as const

  test('what others need is removed last', () => {
    expect(startsOf(down(...made))).toEqual(['subnet-g1 #2'])
    expect(startsOf(down(made[0], entryOf(subnet, 'leaving', { g: 2 })))).toEqual([])
    expect(startsOf(down(made[0], entryOf(subnet, 'absent', { g: 2 })))).toEqual(['network-g1 #2'])
  })

  test('what may not be there is removed too, and what failed is tried for ever', () => {
    expect(startsOf(down(entryOf(network, 'unknown')))).toEqual(['network-g1 #2'])
    const failure = { message: 'x', permanent: true }
    const failed = entryOf(network, 'present', {
      g: 2,
      n: 999,
      failures: 999,
      failure,
      startedAt: 0,
    })
    expect(decide(down(failed))).toMatchObject({ start: [{ n: 1000 }], settle: false })
    expect(decide(down(failed)).fail).toBeUndefined()
  })

  test('the goal is reached when all is gone, and not while a claim is open', () => {
    const gone = { g: 2, n: 2 }
    expect(decide(down(entryOf(network, 'absent', gone)))).toMatchObject({
      settle: true,
      status: { state: 'NOT_PROVISIONED' },
    })
    expect(decide(down())).toMatchObject({ settle: true, start: [] })
    const open = entryOf(network, 'absent', { ...gone, claim: openClaim, lookAt: NOW + 1 })
    expect(decide(down(open))).toMatchObject({ settle: false, start: [] })
  })

  test('what a smaller plan no longer has goes, while the rest stays', () => {
    const items = clusterItems(100, 1)
    const smaller: Plan = { ...clusterPlan(50, 1), items: clusterItems(50, 1) }
    const ledger = items.map((item) => entryOf(item, 'present'))
    expect(startsOf(situationOf(smaller, { ledger }))).toEqual(['executors-002-g1 #2'])
  })
})
