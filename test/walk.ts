// Walks at random through everything that can happen to one entity: attempts that end in every way, reports, the clock,
// others that it waits for, and people who change their minds. A walk is the list of situations that it went through.
import * as fc from 'fast-check'
import { decide } from '../shared/domain/decide.ts'
import { Entity } from '../shared/domain/entity.ts'
import { type LedgerEntry, type Outcome, recordEntry } from '../shared/domain/ledger.ts'
import type { Plan } from '../shared/domain/plan.ts'
import { EFFECT_WINDOW } from '../shared/domain/protocol-times.ts'
import type { Situation } from '../shared/domain/situation.ts'
import { carryOut, takenDown } from './carry-out.ts'
import { type Change, changed } from './changed-wish.ts'
import {
  entityOf,
  observationOf,
  POOL,
  poolSubject,
  runOf,
  thingOf,
  WORKSPACE,
  workspaceSubject,
} from './situations.ts'

export const EXECUTORS = 60
export type PlanOf = (generation: number) => Plan

// --- What can happen --------------------------------------------------------------------------------------------

const failure = { message: 'at random', permanent: false }
/** What an attempt may see. The first is what it was made for. */
const OUTCOMES: readonly ((step: string, isWanted: boolean) => Outcome)[] = [
  (step, isWanted) => ({ thing: thingOf(step, isWanted ? 'present' : 'absent') }),
  (step) => ({ thing: thingOf(step, 'present') }),
  () => ({ thing: { have: 'absent' } }),
  () => ({ thing: { have: 'coming' }, lookIn: 45_000 }),
  () => ({ thing: { have: 'leaving' }, lookIn: 45_000 }),
  () => ({ thing: { have: 'unknown' }, failure }),
  () => ({ thing: { have: 'unknown' }, failure, mayStillAct: true }),
  () => ({ thing: { have: 'unknown' }, failure: { ...failure, permanent: true } }),
]

export type Move =
  | { readonly is: 'time'; readonly ms: number }
  | { readonly is: 'record'; readonly which: number; readonly outcome: number }
  | {
      readonly is: 'report'
      readonly ready: number
      readonly total: number
      readonly driver: 'absent' | 'pending' | 'ready'
    }
  | { readonly is: 'pool'; readonly runs: boolean }
  | { readonly is: 'workspace'; readonly state: 'RUNNING' | 'FAILED' | 'PROVISIONING' }
  | { readonly is: 'change'; readonly change: Change }
  | { readonly is: 'down' }
  | { readonly is: 'up' }

const pods = fc.constantFrom(0, 1, EXECUTORS - 1, EXECUTORS)
const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      is: fc.constant('time' as const),
      ms: fc.constantFrom(1000, 20_000, 80_000, 200_000, 400_000),
    }),
  },
  {
    weight: 15,
    arbitrary: fc.record({
      is: fc.constant('record' as const),
      which: fc.nat(9),
      outcome: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, fc.nat(OUTCOMES.length - 1)),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      is: fc.constant('report' as const),
      ready: pods,
      total: pods,
      driver: fc.constantFrom(
        'absent' as const,
        'pending' as const,
        'ready' as const,
        'ready' as const,
      ),
    }),
  },
  fc.record({ is: fc.constant('pool' as const), runs: fc.boolean() }),
  fc.record({
    is: fc.constant('workspace' as const),
    state: fc.constantFrom(
      'RUNNING' as const,
      'RUNNING' as const,
      'FAILED' as const,
      'PROVISIONING' as const,
    ),
  }),
  fc.record({
    is: fc.constant('change' as const),
    change: fc.constantFrom('restart' as const, 'more' as const, 'fewer' as const),
  }),
  fc.record({ is: fc.constant('down' as const) }),
  fc.record({ is: fc.constant('up' as const) }),
)

const reason = { code: 'USER_REQUEST', type: 'SUCCESS' as const, message: 'at random' }
const outputs = { gkeCluster: 'analytics-g1', endpoint: 'gke-1.example' }

export const moves: fc.Arbitrary<Move[]> = fc.array(move, {
  maxLength: 150,
  size: 'max',
})

function record(situation: Situation, entry: LedgerEntry, outcome: Outcome): Situation {
  if (!entry.claim.open) return situation
  // A claim is taken effectUntil - EFFECT_WINDOW.
  const clean = entry.claim.effectUntil - EFFECT_WINDOW >= entry.zombieUntil
  const { now } = situation
  const recorded = recordEntry(entry, {
    outcome,
    clean,
    input: undefined,
    now,
    effectWindow: EFFECT_WINDOW,
    failureBackOff: 5000,
  })
  const ledger = situation.ledger.map((other) => (other === entry ? recorded : other))
  return { ...situation, ledger }
}

function apply(situation: Situation, next: Move, plan: PlanOf): Situation {
  const { entity, run, now } = situation
  switch (next.is) {
    case 'time':
      return { ...situation, now: now + next.ms }
    case 'record': {
      const open = situation.ledger.filter(({ claim }) => claim.open)
      const entry = open[next.which % Math.max(1, open.length)]
      const outcome = entry && OUTCOMES[next.outcome]?.(entry.item.step, isWanted(situation, entry))
      return entry && outcome ? record(situation, entry, outcome) : situation
    }
    case 'report': {
      const executors = { total: next.total, ready: Math.min(next.ready, next.total), failed: 0 }
      const observation = observationOf({ driver: next.driver, executors }, { receivedAt: now })
      return { ...situation, observation }
    }
    case 'pool': {
      const pool = Entity.parse({
        ...entityOf(poolSubject),
        state: next.runs ? 'RUNNING' : 'PROVISIONING',
      })
      return { ...situation, awaited: new Map([...situation.awaited, [POOL, pool]]) }
    }
    case 'workspace': {
      const workspace = Entity.parse({
        ...entityOf(workspaceSubject),
        state: next.state,
        outputs,
        reason,
      })
      return { ...situation, awaited: new Map([...situation.awaited, [WORKSPACE, workspace]]) }
    }
    case 'change':
      return changed(situation, next.change, EXECUTORS)
    case 'down':
      return entity.want === 'up' ? takenDown(situation, reason) : situation
    case 'up':
      return entity.want === 'down' && run.is === 'settled' ? begun(situation, plan) : situation
  }
}

/** A new generation that is wanted up. */
function begun(situation: Situation, plan: PlanOf): Situation {
  const generation = situation.entity.generation + 1
  const { subject } = plan(generation)
  const run = runOf(plan(generation), { generation, createdAt: situation.now })
  return { ...situation, observation: undefined, entity: entityOf(subject, generation), run }
}

/** Decides until it is quiet, each step of it. */
function advanced(first: Situation): Situation[] {
  const trail = [first]
  let situation = first
  for (let round = 0; round < 12; round++) {
    const decision = decide(situation)
    situation = carryOut(situation, decision)
    trail.push(situation)
    const { start, status, fail, freeze, settle, reopen } = decision
    if (start.length === 0 && !status && !fail && !freeze && !settle && !reopen) return trail
  }
  throw new Error('never quiet')
}

export function walk(first: Situation, some: readonly Move[], plan: PlanOf): Situation[] {
  const trail = advanced(first)
  for (const next of some) trail.push(...advanced(apply(trail.at(-1) ?? first, next, plan)))
  return trail
}

/** On from there in a kind world: time passes, every attempt does what it should, everything is reported. */
export function kindly(first: Situation): Situation[] {
  const trail = [first]
  for (let round = 0; round < 60; round++) {
    const before = trail.at(-1) ?? first
    let situation: Situation = { ...before, now: before.now + 20_000 }
    for (const entry of situation.ledger) {
      const thing = thingOf(entry.item.step, isWanted(situation, entry) ? 'present' : 'absent')
      situation = record(situation, entry, { thing })
    }
    trail.push(...advanced(wellReported(situation)))
  }
  return trail
}

function isWanted({ run }: Situation, { item }: LedgerEntry): boolean {
  return run.is === 'active' && run.plan.items.some(({ key }) => key === item.key)
}

function wellReported(situation: Situation): Situation {
  const { entity } = situation
  const count = entity.kind === 'cluster' ? entity.spec.executors.count : 0
  const executors = { total: count, ready: count, failed: 0 }
  const observation = observationOf({ driver: 'ready', executors }, { receivedAt: situation.now })
  const pool = Entity.parse({ ...entityOf(poolSubject), state: 'RUNNING' })
  const workspace = Entity.parse({ ...entityOf(workspaceSubject), state: 'RUNNING', outputs })
  const awaited = new Map([
    [POOL, pool],
    [WORKSPACE, workspace],
  ])
  return { ...situation, observation, awaited }
}
