// Situations at random, of every kind of entity, also such as no history leads to: what must hold, must hold in all of them.
import * as fc from 'fast-check'
import type { Entity, Status } from '../shared/domain/entity.ts'
import type { LedgerEntry } from '../shared/domain/ledger.ts'
import type { Plan, PlanItem } from '../shared/domain/plan.ts'
import type { Observation } from '../shared/domain/records.ts'
import type { Run } from '../shared/domain/run.ts'
import type { Situation } from '../shared/domain/situation.ts'
import { withStatus } from '../shared/domain/status.ts'
import {
  clusterItems,
  clusterSubject,
  entityOf,
  entryOf,
  NOW,
  observationOf,
  POOL,
  poolItems,
  poolSubject,
  runOf,
  UID,
  WORKSPACE,
  workspaceItems,
  workspaceSubject,
} from './situations.ts'

const GENERATION = 3
const EXECUTORS = 60

const around = fc.integer({ min: -400_000, max: 400_000 }).map((ms) => NOW + ms)
const reason = fc.record({
  code: fc.constantFrom('INACTIVITY', 'GCP_FORBIDDEN'),
  type: fc.constantFrom('SUCCESS' as const, 'CLIENT_ERROR' as const),
  message: fc.constant('at random'),
})

// --- Ledger -----------------------------------------------------------------------------------------------------

const claim = fc.oneof(
  fc.record({ open: fc.constant(true as const), token: fc.constant('t'), effectUntil: around }),
  fc.record({ open: fc.constant(false as const), token: fc.constant('t'), recordedAt: around }),
)
const have = fc.constantFrom(
  ...(['absent', 'coming', 'present', 'present', 'present', 'leaving', 'unknown'] as const),
)
const failure = fc.option(fc.record({ message: fc.constant('x'), permanent: fc.boolean() }), {
  nil: undefined,
  freq: 3,
})
const startedAt = fc.oneof({ weight: 5, arbitrary: around }, fc.constant(NOW - 3_600_000))
const times = { zombieUntil: around, lookAt: around, startedAt }

function entry(item: PlanItem): fc.Arbitrary<LedgerEntry> {
  const n = fc.integer({ min: 1, max: 9 })
  const g = fc.integer({ min: 1, max: GENERATION })
  const failures = fc.integer({ min: 0, max: 4 })
  return fc
    .record({ n, g, claim, have, failure, failures, ...times })
    .map(({ have, failure, ...more }) =>
      entryOf(item, have, { ...more, ...(failure ? { failure } : {}) }),
    )
}

/** Some of these items have been tried; now and then all are as they should be, on the way up or down. */
function ledgerOf(items: readonly PlanItem[]): fc.Arbitrary<LedgerEntry[]> {
  const each = items.map((item) => fc.option(entry(item), { nil: undefined, freq: 4 }))
  const some = fc.tuple(...each).map((all) => all.filter((one) => one !== undefined))
  const gone = items.map((item) => entryOf(item, 'absent', { g: GENERATION }))
  const made = items.map((item) => entryOf(item, 'present', { g: GENERATION }))
  return fc.oneof({ weight: 5, arbitrary: some }, fc.constant(gone), fc.constant(made))
}

// --- Entities ---------------------------------------------------------------------------------------------------

const subjects = {
  workspace: { subject: workspaceSubject, itemsOf: workspaceItems },
  pool: { subject: poolSubject, itemsOf: poolItems },
  cluster: {
    subject: clusterSubject(EXECUTORS),
    itemsOf: (life: number) => clusterItems(EXECUTORS, life),
  },
}

const outputs = { gkeCluster: 'analytics-g1', endpoint: 'gke-1.example' }
const executors = { requested: EXECUTORS, ready: EXECUTORS }

function statusOf(kind: Entity['kind'], direction: Run['direction']): fc.Arbitrary<Status> {
  const of = (
    up: readonly Status[],
    down: readonly ('CANCELLING' | 'RETIRING' | 'TERMINATING')[],
  ) =>
    direction === 'up'
      ? fc.constantFrom(...up)
      : reason.chain((why) => fc.constantFrom(...down.map((state) => ({ state, reason: why }))))
  if (kind === 'workspace')
    return of([{ state: 'PROVISIONING' }, { state: 'RUNNING', outputs }], ['CANCELLING'])
  if (kind === 'pool') return of([{ state: 'PROVISIONING' }, { state: 'RUNNING' }], ['RETIRING'])
  const up = [
    { state: 'PENDING' as const },
    { state: 'RUNNING' as const, executors },
    { state: 'RESTARTING' as const },
    { state: 'RESIZING' as const, executors },
  ]
  return of(up, ['TERMINATING'])
}

function runs(plan: Plan, direction: Run['direction']): fc.Arbitrary<Run> {
  const active = runOf(plan, { generation: GENERATION, direction })
  const age = fc.constantFrom(0, 60_000, 6 * 60_000, 61 * 60_000)
  const young = age.map((ms): Run => ({ ...active, createdAt: NOW - ms }))
  const { wakeAt: _wakeAt, ...common } = { wakeAt: 0, ...active }
  const settled: Run = { ...common, is: 'settled', settledAt: NOW, plan }
  const { plan: _plan, ...bare } = { plan: undefined, ...common }
  const waiting: Run = { ...bare, is: 'waiting', waitsFor: WORKSPACE, wakeAt: NOW }
  const isWaiter = plan.subject.kind === 'cluster' && direction === 'up'
  return fc.oneof(
    { weight: 8, arbitrary: young },
    { weight: 2, arbitrary: fc.constant(settled) },
    { weight: isWaiter ? 1 : 0, arbitrary: fc.constant(waiting) },
    { weight: 1, arbitrary: fc.constant<Run>({ ...common, is: 'superseded', by: 4, plan }) },
  )
}

const observations: fc.Arbitrary<Observation | undefined> = fc.option(
  fc
    .record({
      driver: fc.constantFrom(
        'absent' as const,
        'pending' as const,
        'ready' as const,
        'failed' as const,
      ),
      total: fc.integer({ min: EXECUTORS - 2, max: EXECUTORS + 1 }),
      ready: fc.integer({ min: EXECUTORS - 2, max: EXECUTORS }),
      uid: fc.constantFrom(UID, UID, 'another-life'),
      receivedAt: around,
    })
    .map(({ driver, total, ready, uid, receivedAt }) =>
      observationOf({ driver, executors: { total, ready, failed: 0 } }, { uid, receivedAt }),
    ),
  { nil: undefined, freq: 5 },
)

const awaited: fc.Arbitrary<ReadonlyMap<string, Entity>> = fc
  .record({
    pool: fc.option(statusOf('pool', 'up'), { nil: undefined }),
    workspace: fc.option(statusOf('workspace', 'up'), { nil: undefined }),
  })
  .map(({ pool, workspace }) => {
    const found: [string, Entity][] = []
    if (pool) found.push([POOL, withStatus(entityOf(poolSubject), pool, NOW) as Entity])
    if (workspace) {
      found.push([WORKSPACE, withStatus(entityOf(workspaceSubject), workspace, NOW) as Entity])
    }
    return new Map(found)
  })

export const situations: fc.Arbitrary<Situation> = fc
  .record({
    kind: fc.constantFrom('workspace' as const, 'pool' as const, 'cluster' as const),
    direction: fc.constantFrom('up' as const, 'down' as const),
  })
  .chain(({ kind, direction }) => {
    const { subject, itemsOf } = subjects[kind]
    const plan: Plan = { subject, items: direction === 'up' ? itemsOf(GENERATION) : [] }
    return fc
      .record({
        status: statusOf(kind, direction),
        run: runs(plan, direction),
        wanted: ledgerOf(itemsOf(GENERATION)),
        unwanted: fc.oneof(fc.constant([]), ledgerOf(itemsOf(1))),
        observation: observations,
        awaited,
        hinted: fc.subarray(itemsOf(GENERATION).map(({ key }) => key)),
      })
      .map(({ status, wanted, unwanted, hinted, ...rest }): Situation => {
        const entity = { ...entityOf(subject, GENERATION), want: direction }
        return {
          ...rest,
          entity: withStatus(entity, status, NOW) as Entity,
          // Whoever waits has made nothing yet.
          ledger: rest.run.is === 'waiting' ? [] : [...wanted, ...unwanted],
          hinted: new Set(hinted),
          now: NOW,
        }
      })
  })
