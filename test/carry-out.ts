// What the runtime makes of a decision, on values: started attempts become open claims, the rest becomes documents.
import type { Decision } from '../shared/domain/decide.ts'
import { Entity, type Status } from '../shared/domain/entity.ts'
import { claimEntry, type LedgerEntry } from '../shared/domain/ledger.ts'
import { CLAIM_LEASE, EFFECT_WINDOW } from '../shared/domain/protocol-times.ts'
import { nextRun, type Run } from '../shared/domain/run.ts'
import type { Situation } from '../shared/domain/situation.ts'
import { statusOf, withStatus } from '../shared/domain/status.ts'
import { clusterPlan } from './situations.ts'

export function carryOut(situation: Situation, decision: Decision): Situation {
  const { entity, run, now } = situation
  const hinted = new Set<string>()
  if (decision.fail) return { ...takenDown(situation, decision.fail), hinted }
  if (decision.freeze) {
    const plan = clusterPlan(60, entity.generation)
    const frozen = nextRun(run, { type: 'frozen', plan, at: now, wakeAt: now })
    return { ...situation, hinted, run: must(frozen), entity: withoutWaiting(entity) }
  }
  if (decision.reopen) {
    const reopened = nextRun(run, { type: 'reopened', wakeAt: now })
    return { ...situation, hinted, run: must(reopened) }
  }
  if (decision.settle) {
    const settled = must(nextRun(run, { type: 'settled', at: now, wakeAt: undefined }))
    const ledger = situation.ledger.filter(({ thing }) => thing.have !== 'absent')
    return {
      ...situation,
      hinted,
      run: settled,
      ledger,
      entity: saying(entity, statusOf(situation), now),
    }
  }
  const ledger = started(situation, decision)
  const said = decision.status ? saying(entity, decision.status, now) : entity
  return { ...situation, hinted, ledger, entity: said }
}

function started({ ledger, now, run }: Situation, { start }: Decision): LedgerEntry[] {
  const claimed = start.map(({ item, n }) => {
    const before = ledger.find((entry) => entry.item.key === item.key)
    const claim = { item, n, g: run.generation, token: 'model', now }
    return must(claimEntry(before, { ...claim, effectWindow: EFFECT_WINDOW, lease: CLAIM_LEASE }))
  })
  const keys = new Set(claimed.map(({ item }) => item.key))
  return [...ledger.filter(({ item }) => !keys.has(item.key)), ...claimed]
}

function saying(entity: Entity, status: Status, now: number): Entity {
  return Entity.parse(withStatus(entity, status, now))
}

function withoutWaiting(entity: Entity): Entity {
  const { waitsFor: _waitsFor, ...rest } = { waitsFor: undefined, ...entity }
  return Entity.parse(rest)
}

/** A new generation that wants nothing. */
export function takenDown(situation: Situation, reason: NonNullable<Decision['fail']>): Situation {
  const { entity, run, now } = situation
  const generation = entity.generation + 1
  const { request, shard } = run
  const common = {
    generation,
    direction: 'down' as const,
    request,
    shard,
    tries: 0,
    createdAt: now,
  }
  const plan = run.is === 'waiting' ? undefined : run.plan
  const next: Run = plan
    ? { ...common, is: 'active', plan: { ...plan, items: [] }, wakeAt: now }
    : { ...common, is: 'settled', settledAt: now }
  const down = Entity.parse({
    ...withStatus(entity, { state: goingDown(entity, plan === undefined), reason }, now),
    generation,
    want: 'down',
  })
  return { ...situation, entity: down, run: next }
}

function goingDown({ kind }: Entity, isNothingMade: boolean) {
  if (kind === 'workspace') return 'CANCELLING'
  if (kind === 'pool') return 'RETIRING'
  return isNothingMade ? 'TERMINATED' : 'TERMINATING'
}

function must<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('decided what cannot be carried out')
  return value
}
