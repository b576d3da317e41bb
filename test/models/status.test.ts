// Model of what users are told: reports come in, and each makes somebody decide and write. Whoever wrote or was refused looks
// again until nothing is asked for, so that the last word is the newest, although no sweep comes.
import type * as RealAdvance from '../../shared/runtime/advance.ts'
import { vi } from 'vitest'
import type { World } from '../../shared/ports.ts'
import { saysAlready, statusOf } from '../../shared/domain/status.ts'
import { Entity } from '../../shared/domain/entity.ts'
import { Run } from '../../shared/domain/run.ts'
import { LedgerEntry } from '../../shared/domain/ledger.ts'
import { Observation } from '../../shared/domain/records.ts'
import { observePods } from '../../shared/runtime/observe-pods.ts'
import { NOW, UID } from '../situations.ts'
import { CLUSTER, EXECUTORS, launching } from './cluster-documents.ts'
import { dataAt, documentsIn, documentsOf } from './explorer/documents.ts'
import type { Handler } from './explorer/process.ts'
import { spawn } from './explorer/machine.ts'
import type { State, System } from './explorer/system.ts'
import { isLarge } from './happenings.ts'
import { checkModel } from './model.ts'

vi.mock('../../shared/runtime/advance.ts', async (original) => {
  const { unless } = await import('./switched.ts')
  const { decide } = await import('../../shared/domain/decide.ts')
  const { readMoment } = await import('../../shared/runtime/moment.ts')
  const { settle, writeStatus } = await import('../../shared/runtime/settle.ts')
  const real = await original<typeof RealAdvance>()
  const once = async (world: World, path: string): Promise<void> => {
    const moment = await readMoment(world.store, path)
    if (!moment) return
    const decision = decide(moment.situation)
    if (decision.settle) await settle(world, moment, statusOf(moment.situation))
    else if (decision.status) await writeStatus(world, moment, decision.status)
  }
  return { ...real, advance: unless('until quiet', real.advance, once) }
})
interface Outside {
  /** Reports on their way: how many executors were ready. */
  readonly reports: readonly number[]
}

const READY = isLarge ? [0, 1, 2] : [1, 2]

function report(ready: number): Handler {
  const executors = { total: EXECUTORS, ready, failed: 0 }
  const level = { driver: 'ready' as const, executors, failures: [], phases: {} }
  const seen = { uid: UID, term: 1, sequence: ready + 1, observedAt: NOW, level }
  return { name: `report of ${ready} ready`, run: (world) => observePods(world, CLUSTER, seen) }
}

function comes(state: State<Outside>, ready: number) {
  const reports = state.outside.reports.filter((other) => other !== ready)
  const { name } = report(ready)
  return { label: name, next: () => spawn({ ...state, outside: { reports } }, report(ready)) }
}

function isTold({ documents, now }: State<Outside>): boolean {
  const entity = Entity.parse(dataAt(documents, CLUSTER))
  const observation = dataAt(documents, `${CLUSTER}/observations/pods`)
  const status = statusOf({
    entity,
    run: Run.parse(dataAt(documents, `${CLUSTER}/runs/1`)),
    ledger: documentsIn(documents, `${CLUSTER}/ledger`).map(({ data }) => LedgerEntry.parse(data)),
    observation: observation && Observation.parse(observation),
    awaited: new Map(),
    now,
    hinted: new Set(),
  })
  return saysAlready(entity, status)
}

function system(): System<Outside> {
  // Five minutes in, it may run without all of its executors.
  const start = { documents: documentsOf(launching()), now: NOW + 6 * 60_000 }
  return {
    start: { ...start, outside: { reports: READY } },
    reply: () => ({ value: undefined }),
    forgets: (path) => path.includes('/facts/'),
    moves: (state) => state.outside.reports.map((ready) => comes(state, ready)),
    onward: (state) => state.outside.reports.map((ready) => comes(state, ready))[0],
    invariants: {},
    isGoal: (state) => state.outside.reports.length === 0 && isTold(state),
  }
}

checkModel({
  name: 'status until quiet',
  rules: '6, 7, 14',
  runs: [
    'observePods',
    'advance',
    'readMoment',
    'decide',
    'statusOf',
    'saysAlready',
    'writeStatus',
    'settle',
  ],
  bounds: `${READY.length} reports in any order and at once; no sweep`,
  system,
  switches: [{ off: 'until quiet', breaks: 'goal' }],
})
