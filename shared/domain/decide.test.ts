// What is done next, rule by rule: when a step is due, when one has failed for good, when the goal is reached or has come
// apart, and what a cluster does that waits for its workspace.
import { describe, expect, test } from 'vitest'
import {
  clusterItems,
  clusterPlan,
  clusterSubject,
  emptyClusterPlan,
  entityOf,
  entryOf,
  itemOf,
  NOW,
  observationOf,
  openClaim,
  POOL,
  poolSubject,
  runOf,
  situationOf,
  WORKSPACE,
  workspaceSubject,
} from '../../test/situations.ts'
import { decide } from './decide.ts'
import type { Entity } from './entity.ts'
import type { LedgerEntry } from './ledger.ts'
import type { Plan } from './plan.ts'
import { LAUNCH_LIMIT } from './protocol-times.ts'
import type { Run } from './run.ts'
import type { Situation } from './situation.ts'

const NOTHING = { start: [], freeze: false, settle: false, reopen: false }
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

describe('a step fails for good', () => {
  const failed = (more: Partial<LedgerEntry>): Situation => {
    const failure = { message: 'no quota', permanent: false }
    const entry = entryOf(network, 'unknown', { failure, failures: 1, ...more })
    return situationOf(plan, { ledger: [entry] })
  }
  const reason = { code: 'GCP_QUOTA_EXCEEDED', type: 'CLOUD_FAILURE' as const, message: 'no CPUs' }
  const rows: readonly [string, Partial<LedgerEntry>, string | undefined][] = [
    ['with budget left', { failures: 2 }, undefined],
    ['with its budget spent', { failures: 3 }, 'UNEXPECTED_LAUNCH_FAILURE'],
    [
      'with a reason of its own',
      { failures: 3, failure: { message: 'x', permanent: false, reason } },
      'GCP_QUOTA_EXCEEDED',
    ],
    [
      'when trying again cannot help',
      { failure: { message: 'x', permanent: true } },
      'UNEXPECTED_LAUNCH_FAILURE',
    ],
    [
      'at once with a reason',
      { failure: { message: 'x', permanent: true, reason } },
      'GCP_QUOTA_EXCEEDED',
    ],
    [
      'but not while a new attempt runs',
      { failures: 3, claim: openClaim, lookAt: NOW + 1 },
      undefined,
    ],
    ['but not for what an older generation met', { failures: 3, g: 2 }, undefined],
    ['just within its time', { startedAt: NOW - network.timeoutMs + 1 }, undefined],
    ['out of time', { startedAt: NOW - network.timeoutMs }, 'CLUSTER_OPERATION_TIMEOUT'],
    [
      'present, however long ago',
      { thing: { have: 'present', output: {} }, failures: 0, failure: undefined, startedAt: 0 },
      undefined,
    ],
  ]

  test.each(rows)('%s', (_, more, code) => {
    const decision = decide(failed(more))
    expect(decision.fail?.code).toBe(code)
    // Nothing else is done with an entity that is to be taken down.
    expect(code === undefined || JSON.stringify({ ...decision, fail: 0 })).toEqual(
      code === undefined || JSON.stringify({ ...NOTHING, fail: 0 }),
    )
  })

  test('the message says which step, how often, and what it met last', () => {
    const { fail } = decide(failed({ failures: 3 }))
    expect(fail?.message).toBe('network failed 3 times; the last time: no quota')
  })
})

describe('a launch has its time', () => {
  const launch = (age: number, state: Partial<Entity> = {}): Situation => {
    const { items } = clusterPlan(1, 1)
    const ledger = items.map((item) => entryOf(item, 'present', { doneAt: NOW }))
    const entity = { ...entityOf(clusterSubject(1)), ...state } as Entity
    const run = runOf(clusterPlan(1, 1), { createdAt: NOW - age })
    return situationOf(clusterPlan(1, 1), { ledger, entity, run })
  }
  const running = { state: 'RUNNING', executors: { requested: 1, ready: 0 } } as Partial<Entity>

  test.each([
    ['within it', launch(LAUNCH_LIMIT - 1), undefined],
    ['out of it', launch(LAUNCH_LIMIT), 'K8S_DBR_CLUSTER_LAUNCH_TIMEOUT'],
    ['once it ran', launch(LAUNCH_LIMIT, running), undefined],
  ])('%s', (_, situation, code) => {
    expect(decide(situation).fail?.code).toBe(code)
  })
})

describe('an up goal', () => {
  const items = clusterItems(60, 1)
  const ready = observationOf({ driver: 'ready', executors: { total: 60, ready: 60, failed: 0 } })
  const all = items.map((item) => entryOf(item, 'present'))
  const entity = {
    ...entityOf(clusterSubject(60)),
    state: 'RUNNING',
    executors: { requested: 60, ready: 60 },
  } as Entity
  const reached: Partial<Situation> = { ledger: all, observation: ready, entity }
  const settled: Run = {
    ...runOf(clusterPlan(60, 1)),
    is: 'settled',
    settledAt: NOW,
    wakeAt: NOW + 1,
    plan: clusterPlan(60, 1),
  }
  const old = entryOf(itemOf('executors', 1, { key: 'executors-003-g1' }), 'present')
  const lost = observationOf({ driver: 'ready', executors: { total: 59, ready: 59, failed: 0 } })
  const unready = observationOf({ driver: 'ready', executors: { total: 60, ready: 59, failed: 0 } })

  const rows: readonly [string, Partial<Situation>, boolean][] = [
    ['all there and ready', reached, true],
    [
      'one claim open',
      {
        ...reached,
        ledger: [{ ...(all[0] ?? old), claim: openClaim, lookAt: NOW + 1 }, ...all.slice(1)],
      },
      false,
    ],
    ['one missing', { ...reached, ledger: all.slice(1) }, false],
    ['something unwanted left', { ...reached, ledger: [...all, old] }, false],
    [
      'something unwanted gone',
      { ...reached, ledger: [...all, { ...old, thing: { have: 'absent' } }] },
      true,
    ],
    ['nobody has reported', { ...reached, observation: undefined }, false],
    ['one executor not ready', { ...reached, observation: unready }, false],
    ['one executor gone', { ...reached, observation: lost }, false],
    ['a report of another life', { ...reached, observation: { ...ready, uid: 'other' } }, false],
  ]
  test.each(rows)('is reached: %s', (_, more, settle) => {
    expect(decide(situationOf(clusterPlan(60, 1), more)).settle).toBe(settle)
  })

  test('settled and whole, there is nothing to do', () => {
    expect(decide(situationOf(clusterPlan(60, 1), { ...reached, run: settled }))).toEqual(NOTHING)
  })

  test('settled, it is reopened when pods are gone, and then they are made again', () => {
    const apart = situationOf(clusterPlan(60, 1), { ...reached, run: settled, observation: lost })
    expect(decide(apart)).toMatchObject({
      reopen: true,
      start: [],
      status: { reason: { code: 'EXECUTOR_POD_UNSCHEDULED' } },
    })
    const open = situationOf(clusterPlan(60, 1), { ...reached, observation: lost })
    expect(startsOf(open)).toEqual(['executors-001-g1 #2', 'executors-002-g1 #2'])
  })

  test('settled, it is not reopened for pods that are there and not ready', () => {
    const waiting = situationOf(clusterPlan(60, 1), {
      ...reached,
      run: settled,
      observation: unready,
    })
    expect(decide(waiting)).toMatchObject({
      reopen: false,
      start: [],
      status: { executors: { ready: 59 } },
    })
  })
})

describe('a cluster that waits for its workspace', () => {
  const { plan: _plan, ...common } = { ...runOf(emptyClusterPlan), plan: undefined }
  const run = { ...common, is: 'waiting', waitsFor: WORKSPACE, wakeAt: NOW } as Run
  const entity = { ...entityOf(clusterSubject(1)), waitsFor: WORKSPACE } as Entity
  const workspace = entityOf(workspaceSubject)
  const reason = { code: 'X', type: 'SUCCESS', message: 'x' }
  const decided = (state: string | undefined) => {
    const awaited = new Map(
      state === undefined
        ? []
        : [
            [
              WORKSPACE,
              {
                ...workspace,
                state,
                reason,
                outputs: { gkeCluster: 'g', endpoint: 'e' },
              } as Entity,
            ],
          ],
    )
    return decide(situationOf(emptyClusterPlan, { run, entity, awaited }))
  }

  test('waits while that is made', () => {
    expect(decided('PROVISIONING')).toEqual(NOTHING)
  })

  test('freezes its plan when that runs', () => {
    expect(decided('RUNNING')).toEqual({ ...NOTHING, freeze: true })
  })

  test.each(['CANCELLING', 'FAILED', 'NOT_PROVISIONED', undefined])(
    'ends when that is %s',
    (state) => {
      expect(decided(state)).toMatchObject({
        ...NOTHING,
        fail: {
          code: 'WORKSPACE_CONFIGURATION_ERROR',
          type: 'CLIENT_ERROR',
          message: `its workspace is ${state ?? 'gone'}`,
        },
      })
    },
  )
})

describe('nothing is decided', () => {
  test('by a superseded run', () => {
    const run: Run = { ...runOf(plan), is: 'superseded', by: 2, plan }
    expect(decide(situationOf(plan, { run }))).toEqual(NOTHING)
  })

  test('by a run of another generation than the entity has', () => {
    const entity = entityOf(workspaceSubject, 2)
    expect(decide(situationOf(plan, { entity }))).toEqual(NOTHING)
  })
})
