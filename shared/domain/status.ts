// What users are told: the state that a situation amounts to. Pure; written by `advance` until it is quiet (protocol rule 6).
import type { Reason } from '../../events/lifecycle.ts'
import type { ClusterEntity, Entity, PoolEntity, Status, WorkspaceEntity } from './entity.ts'
import { WorkspaceOutputs } from './entity.ts'
import { canLaunch, WAKING_MINUTES } from './hibernation.ts'
import { shortfallReason, troubleOf } from './pod-trouble.ts'
import { PARTIAL_AFTER } from './protocol-times.ts'
import { silenceReason } from './quiet.ts'
import { reasonOf } from './reasons/reason.ts'
import {
  currentEntry,
  isGone,
  isSatisfied,
  levelOfThisStart,
  type Situation,
  unwantedEntries,
  wantedItems,
} from './situation.ts'

/** Everything that the plan wants is there. */
export function isMade(situation: Situation): boolean {
  if (situation.run.direction === 'down' || situation.run.is === 'waiting') return false
  return wantedItems(situation.run).every((item) => isSatisfied(situation, item))
}

/** Nothing that we ever made is left. */
export function isUnmade(situation: Situation): boolean {
  return situation.run.direction === 'down' && situation.ledger.every(isGone)
}

export function statusOf(situation: Situation): Status {
  const { entity } = situation
  switch (entity.kind) {
    case 'workspace':
      return workspaceStatus(entity, situation)
    case 'pool':
      return poolStatus(entity, situation)
    case 'cluster':
      return clusterStatus(entity, situation)
  }
}

/** Why an entity is on its way down; a fault of ours if nobody said. */
function downReason(entity: Entity): Reason {
  if ('reason' in entity && entity.reason) return entity.reason
  return reasonOf('UNKNOWN', {})
}

function workspaceStatus(entity: WorkspaceEntity, situation: Situation): Status {
  if (situation.run.direction === 'down') {
    const reason = downReason(entity)
    if (!isUnmade(situation)) return { state: 'CANCELLING', reason }
    return { state: reason.type === 'SUCCESS' ? 'NOT_PROVISIONED' : 'FAILED', reason }
  }
  const made = currentEntry(situation, 'gke-cluster')?.thing
  const outputs = WorkspaceOutputs.safeParse(made?.have === 'present' ? made.output : undefined)
  if (entity.state === 'RUNNING') {
    // What is being mended does not stop what runs; it says so.
    const reason = newestFailure(situation)
    const known = outputs.success ? outputs.data : entity.outputs
    const hibernation = hibernationOf(entity, situation, outputs.success)
    return {
      state: 'RUNNING',
      outputs: known,
      ...(reason ? { reason } : {}),
      ...(hibernation ? { hibernation } : {}),
    }
  }
  if (outputs.success && isMade(situation)) return { state: 'RUNNING', outputs: outputs.data }
  return { state: 'PROVISIONING' }
}

type Hibernation = Extract<WorkspaceEntity, { state: 'RUNNING' }>['hibernation']

/** Woken only when everything is there again. */
function hibernationOf(
  { hibernation }: Extract<WorkspaceEntity, { state: 'RUNNING' }>,
  situation: Situation,
  hasOutputs: boolean,
): Hibernation {
  const { run } = situation
  const subject = 'plan' in run ? run.plan?.subject : undefined
  if (subject?.kind === 'workspace' && subject.asleep) return 'HIBERNATED'
  if (hibernation === undefined || (hasOutputs && isMade(situation))) return undefined
  return 'WAKING'
}

/** Why something that is wanted cannot be had now, if a step says so. */
function newestFailure({ run, ledger }: Situation): Reason | undefined {
  const wanted = new Set(wantedItems(run).map(({ key }) => key))
  const failed = ledger.find(({ item, failure }) => wanted.has(item.key) && failure?.reason)
  return failed?.failure?.reason
}

function poolStatus(entity: PoolEntity, situation: Situation): Status {
  if (situation.run.direction === 'up') {
    // A look that fails does not say that it is gone.
    const have = currentEntry(situation, 'node-pool')?.thing.have
    const isThere = have === 'present' || have === 'unknown'
    const runs = isMade(situation) || (entity.state === 'RUNNING' && isThere)
    return runs ? { state: 'RUNNING' } : { state: 'PROVISIONING' }
  }
  const reason = downReason(entity)
  if (!isUnmade(situation)) return { state: 'RETIRING', reason }
  return { state: reason.type === 'SUCCESS' ? 'RETIRED' : 'FAILED', reason }
}

function clusterStatus(entity: ClusterEntity, situation: Situation): Status {
  const { run, now } = situation
  if (run.direction === 'down') {
    const reason = downReason(entity)
    if (isUnmade(situation)) return { state: 'TERMINATED', reason }
    const isForGood = entity.state === 'TERMINATING' && entity.forGood
    return { state: 'TERMINATING', reason, ...(isForGood ? { forGood: true } : {}) }
  }
  if (run.is === 'waiting') {
    const { waitsFor } = run
    const workspace = situation.awaited.get(waitsFor)
    const isWaking = workspace?.state === 'RUNNING' && !canLaunch(workspace)
    const reason = reasonOf('WORKSPACE_WAKING', { expected_wait_min: String(WAKING_MINUTES) })
    return { state: 'PENDING', waitsFor, ...(isWaking ? { reason } : {}) }
  }

  const level = levelOfThisStart(situation)
  const requested = entity.spec.executors.count
  const ready = Math.min(level?.executors.ready ?? 0, requested)
  const executors = { requested, ready }
  const driverReady = level?.driver === 'ready'
  const isWhole = driverReady && ready === requested
  if (isWhole && (entity.state !== 'RESIZING' || isSettledDown(situation))) {
    const silence = silenceReason(situation)
    return { state: 'RUNNING', executors, ...(silence ? { reason: silence } : {}) }
  }
  const isPatient = now < run.createdAt + PARTIAL_AFTER
  const canWork = driverReady && ready > 0
  const trouble = troubleOf(situation)
  const why = trouble ? { reason: trouble } : {}
  if (entity.state === 'RESIZING' && (isPatient || isWhole))
    return { state: 'RESIZING', executors, ...why }
  if (entity.state === 'RESTARTING' && (isPatient || !canWork))
    return { state: 'RESTARTING', ...why }
  if (entity.state === 'PENDING' && (isPatient || !canWork)) return { state: 'PENDING', ...why }
  const isSpot = entity.spec.executors.spot
  const reason = shortfallReason(situation, { isDriverReady: driverReady, ...executors, isSpot })
  return { state: 'RUNNING', executors, reason }
}

/** Everything is as wanted, and what is not wanted any more has gone. */
function isSettledDown(situation: Situation): boolean {
  return isMade(situation) && unwantedEntries(situation).every(isGone)
}

const STATUS_FIELDS = [
  'state',
  'reason',
  'waitsFor',
  'executors',
  'outputs',
  'hibernation',
  'forGood',
] as const

/** Whether the entity's document says this already. */
export function saysAlready(entity: Entity, status: Status): boolean {
  return statusText(entity) === statusText(status)
}

function statusText(from: object): string {
  const values = new Map(Object.entries(from))
  return JSON.stringify(STATUS_FIELDS.map((field) => canonical(values.get(field))))
}

/** The entity with another status, nothing of the old one left. */
export function withStatus(entity: Entity, status: Status, changedAt: number): object {
  const kept = Object.entries(entity).filter(
    ([field]) => !STATUS_FIELDS.some((name) => name === field),
  )
  return { ...Object.fromEntries(kept), ...status, changedAt }
}

function canonical(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value ?? null
  return Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([field, inner]) => [field, canonical(inner)])
}
