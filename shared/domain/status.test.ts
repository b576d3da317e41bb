// What users are told, from what is known: the state, its reason, and how many executors.
import { describe, expect, test } from 'vitest'
import {
  clusterItems,
  clusterPlan,
  clusterSubject,
  emptyClusterPlan,
  entityOf,
  entryOf,
  NOW,
  observationOf,
  poolItems,
  poolSubject,
  runOf,
  situationOf,
  workspaceItems,
  workspaceSubject,
} from '../../test/situations.ts'
import type { Reason } from '../../events/lifecycle.ts'
import { Entity } from './entity.ts'
import { PARTIAL_AFTER } from './protocol-times.ts'
import type { Situation } from './situation.ts'
import { saysAlready, statusOf, withStatus } from './status.ts'

const success: Reason = { code: 'INACTIVITY', type: 'SUCCESS', message: 'no work' }
const fault: Reason = { code: 'GCP_FORBIDDEN', type: 'CLIENT_ERROR', message: 'no role' }

const level = (driver: 'pending' | 'ready' | 'failed', ready: number, message?: string) =>
  observationOf({
    driver,
    executors: { total: 60, ready, failed: 0 },
    failures: message === undefined ? [] : [{ pod: 'p', reason: 'r', message, at: NOW }],
  })
const run = (ready: number) => ({ state: 'RUNNING', executors: { requested: 60, ready } })

describe('a cluster on its way up', () => {
  const plan = clusterPlan(60, 1)
  const ledger = clusterItems(60, 1).map((item) => entryOf(item, 'present'))
  const entity = entityOf(plan.subject)
  const running = Entity.parse({
    ...entity,
    state: 'RUNNING',
    executors: { requested: 60, ready: 60 },
  })
  const old = runOf(plan, { createdAt: NOW - PARTIAL_AFTER })
  const young = runOf(plan, { createdAt: NOW - PARTIAL_AFTER + 1 })
  const pending = { state: 'PENDING' }
  const short = (ready: number) => ({
    ...run(ready),
    reason: { code: 'EXECUTOR_POD_UNSCHEDULED', type: 'CLOUD_FAILURE' },
  })
  const noDriver = (ready: number) => ({
    ...run(ready),
    reason: { code: 'DRIVER_UNAVAILABLE', type: 'SERVICE_FAULT' },
  })

  const rows: readonly [string, Partial<Situation>, object][] = [
    ['nobody has reported', {}, pending],
    ['all ready', { observation: level('ready', 60) }, run(60)],
    ['more ready than asked for', { observation: level('ready', 61) }, run(60)],
    ['no driver yet', { observation: level('pending', 60) }, pending],
    ['no driver for long', { observation: level('pending', 60), run: old }, pending],
    ['one missing, for a short time', { observation: level('ready', 59), run: young }, pending],
    ['one missing, for long', { observation: level('ready', 59), run: old }, short(59)],
    ['all missing, for long', { observation: level('ready', 0), run: old }, pending],
    [
      'it ran, and one is missing',
      { observation: level('ready', 59), entity: running, run: young },
      short(59),
    ],
    ['it ran, and all are missing', { observation: level('ready', 0), entity: running }, short(0)],
    [
      'it ran, and the driver is gone',
      { observation: level('failed', 60), entity: running },
      noDriver(60),
    ],
    ['it ran, and nobody reports', { entity: running }, noDriver(0)],
    [
      'it ran, and another life reports',
      { entity: running, observation: { ...level('ready', 60), uid: 'other' } },
      noDriver(0),
    ],
  ]

  test.each(rows)('%s', (_, more, status) => {
    expect(statusOf(situationOf(plan, { ledger, entity, ...more }))).toMatchObject(status)
  })

  test('what is missing is told with the newest failure', () => {
    const observation = level('ready', 58, 'no quota')
    expect(statusOf(situationOf(plan, { ledger, entity: running, observation }))).toMatchObject({
      reason: { message: '2 of 60 executors are missing; newest failure: no quota' },
    })
  })

  test("an older life's namespace, on its way out, has no say", () => {
    const [namespace] = clusterItems(1, 1).filter(({ step }) => step === 'namespace')
    const next = clusterPlan(60, 2)
    const made = clusterItems(60, 2).map((item) => entryOf(item, 'present'))
    const leaving = namespace ? [entryOf(namespace, 'leaving')] : []
    const situation = situationOf(next, {
      ledger: [...leaving, ...made],
      observation: level('ready', 60),
    })
    expect(statusOf(situation)).toEqual(run(60))
    const early = situationOf(next, {
      ledger: namespace ? [entryOf(namespace, 'present')] : [],
      observation: level('ready', 60),
    })
    expect(statusOf(early)).toEqual(pending)
  })
})

describe('on the way down', () => {
  const subjects = { workspace: workspaceSubject, pool: poolSubject, cluster: clusterSubject(1) }
  const items = { workspace: workspaceItems(1), pool: poolItems(1), cluster: clusterItems(1, 1) }
  const rows: readonly [keyof typeof subjects, string, Reason, string, string][] = [
    ['workspace', 'CANCELLING', success, 'CANCELLING', 'NOT_PROVISIONED'],
    ['workspace', 'CANCELLING', fault, 'CANCELLING', 'FAILED'],
    ['pool', 'RETIRING', success, 'RETIRING', 'RETIRED'],
    ['pool', 'RETIRING', fault, 'RETIRING', 'FAILED'],
    ['cluster', 'TERMINATING', success, 'TERMINATING', 'TERMINATED'],
    ['cluster', 'TERMINATING', fault, 'TERMINATING', 'TERMINATED'],
  ]

  test.each(rows)('a %s that is %s', (kind, state, reason, going, gone) => {
    const entity = Entity.parse({ ...entityOf(subjects[kind]), want: 'down', state, reason })
    const plan = { subject: subjects[kind], items: [] }
    const run = runOf(plan, { direction: 'down' })
    const down = (have: 'present' | 'unknown' | 'leaving' | 'absent') =>
      statusOf(
        situationOf(plan, { entity, run, ledger: items[kind].map((item) => entryOf(item, have)) }),
      )
    expect(down('present')).toEqual({ state: going, reason })
    expect(down('unknown')).toEqual({ state: going, reason })
    expect(down('leaving')).toEqual({ state: going, reason })
    expect(down('absent')).toEqual({ state: gone, reason })
  })
})

describe('a workspace on its way up', () => {
  const plan = { subject: workspaceSubject, items: workspaceItems(1) }
  const outputs = { gkeCluster: 'analytics-g1', endpoint: 'gke-1.example' }
  const ledger = plan.items.map((item) => entryOf(item, 'present'))

  test('runs when everything is there, and tells what clusters need', () => {
    expect(statusOf(situationOf(plan, { ledger }))).toEqual({ state: 'RUNNING', outputs })
    expect(statusOf(situationOf(plan, { ledger: ledger.slice(0, -1) }))).toEqual({
      state: 'PROVISIONING',
    })
  })

  test('goes on running while something of it is looked at again', () => {
    const entity = Entity.parse({ ...entityOf(workspaceSubject), state: 'RUNNING', outputs })
    expect(statusOf(situationOf(plan, { entity, ledger: ledger.slice(0, -1) }))).toEqual({
      state: 'RUNNING',
      outputs,
    })
  })
})

describe('a status', () => {
  const entity = Entity.parse({
    ...entityOf(emptyClusterPlan.subject),
    state: 'TERMINATING',
    reason: success,
  })

  test('is written once: what the document says already is not written again', () => {
    expect(saysAlready(entity, { state: 'TERMINATING', reason: { ...success } })).toBe(true)
    const { code, ...rest } = success
    expect(saysAlready(entity, { state: 'TERMINATING', reason: { ...rest, code } })).toBe(true)
    expect(saysAlready(entity, { state: 'TERMINATED', reason: success })).toBe(false)
    expect(saysAlready(entity, { state: 'TERMINATING', reason: fault })).toBe(false)
  })

  test('leaves nothing of the one before, and everything else', () => {
    const { state: _state, reason: _reason, ...kept } = { reason: undefined, ...entity }
    const next = withStatus(entity, { state: 'PENDING' }, NOW)
    expect(next).toEqual({ ...kept, state: 'PENDING', changedAt: NOW })
  })
})
