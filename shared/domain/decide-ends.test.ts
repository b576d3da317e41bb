// How a run ends: when a step has failed for good, when the goal is reached or has come apart, and what a cluster does that
// waits for its workspace.
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

const NOTHING = { start: [], freeze: false, settle: false, reopen: false, end: [] }
const network = itemOf('network', 1)
const plan: Plan = {
  subject: workspaceSubject,
  items: [network, itemOf('subnet', 1, { after: [network.key] })],
}

const startsOf = (situation: Situation): string[] =>
  decide(situation).start.map(({ item, n }) => `${item.key} #${n}`)

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
    expect(decide(failed(more)).fail?.code).toBe(code)
  })

  test('and nothing else is done with an entity that is to be taken down', () => {
    const { fail, ...rest } = decide(failed({ failures: 3, lookAt: NOW }))
    expect(fail).toBeDefined()
    expect(rest).toEqual(NOTHING)
  })

  test('the message says which step, how often, and what it met last', () => {
    const { fail } = decide(failed({ failures: 3 }))
    expect(fail?.message).toBe('network failed 3 times; the last time: no quota')
  })
})

const launch = (age: number, state: Partial<Entity> = {}): Situation => {
  const { items } = clusterPlan(1, 1)
  const ledger = items.map((item) => entryOf(item, 'present', { doneAt: NOW }))
  const entity = { ...entityOf(clusterSubject(1)), ...state } as Entity
  const run = runOf(clusterPlan(1, 1), { createdAt: NOW - age })
  return situationOf(clusterPlan(1, 1), { ledger, entity, run })
}

describe('a launch has its time', () => {
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
      end: [],
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
