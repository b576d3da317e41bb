// What users are told: the state that a situation amounts to. Pure; written by `advance` until it is quiet (protocol rule 6).
import type { Reason } from '../../events/lifecycle.ts'
import type { ClusterEntity, Entity, PoolEntity, Status, WorkspaceEntity } from './entity.ts'
import { WorkspaceOutputs } from './entity.ts'
import { PARTIAL_AFTER } from './protocol-times.ts'
import {
  currentEntry,
  currentLevel,
  isGone,
  isSatisfied,
  type Situation,
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
  return { code: 'UNKNOWN', type: 'SERVICE_FAULT', message: 'taken down without a reason' }
}

function workspaceStatus(entity: WorkspaceEntity, situation: Situation): Status {
  if (situation.run.direction === 'down') {
    const reason = downReason(entity)
    if (!isUnmade(situation)) return { state: 'CANCELLING', reason }
    return { state: reason.type === 'SUCCESS' ? 'NOT_PROVISIONED' : 'FAILED', reason }
  }
  const made = currentEntry(situation, 'gke-cluster')?.thing
  const outputs = WorkspaceOutputs.safeParse(made?.have === 'present' ? made.output : undefined)
  if (outputs.success && (entity.state === 'RUNNING' || isMade(situation))) {
    return { state: 'RUNNING', outputs: outputs.data }
  }
  return { state: 'PROVISIONING' }
}

function poolStatus(entity: PoolEntity, situation: Situation): Status {
  if (situation.run.direction === 'up') {
    return isMade(situation) ? { state: 'RUNNING' } : { state: 'PROVISIONING' }
  }
  const reason = downReason(entity)
  if (!isUnmade(situation)) return { state: 'RETIRING', reason }
  return { state: reason.type === 'SUCCESS' ? 'RETIRED' : 'FAILED', reason }
}

function clusterStatus(entity: ClusterEntity, situation: Situation): Status {
  const { run, now } = situation
  if (run.direction === 'down') {
    const state = isUnmade(situation) ? 'TERMINATED' : 'TERMINATING'
    return { state, reason: downReason(entity) }
  }
  if (run.is === 'waiting') return { state: 'PENDING', waitsFor: run.waitsFor }

  const level = currentLevel(situation)
  const requested = entity.spec.executors.count
  const ready = Math.min(level?.executors.ready ?? 0, requested)
  const driverReady = level?.driver === 'ready'
  if (driverReady && ready === requested) {
    return { state: 'RUNNING', executors: { requested, ready } }
  }
  const isPatient = now < run.createdAt + PARTIAL_AFTER
  if (entity.state !== 'RUNNING' && (!driverReady || ready === 0 || isPatient)) {
    return { state: 'PENDING' }
  }
  const reason = shortfall(driverReady, requested, ready, level?.failures[0]?.message)
  return { state: 'RUNNING', executors: { requested, ready }, reason }
}

function shortfall(
  driverReady: boolean,
  requested: number,
  ready: number,
  newest: string | undefined,
): Reason {
  const because = newest === undefined ? '' : `; newest failure: ${newest}`
  if (!driverReady) {
    return {
      code: 'DRIVER_UNAVAILABLE',
      type: 'SERVICE_FAULT',
      message: `the driver is not ready${because}`,
    }
  }
  return {
    code: 'EXECUTOR_POD_UNSCHEDULED',
    type: 'CLOUD_FAILURE',
    message: `${requested - ready} of ${requested} executors are missing${because}`,
    mend: 'Kindling keeps trying; another machine type or zone may have capacity now',
  }
}

const STATUS_FIELDS = ['state', 'reason', 'waitsFor', 'executors', 'outputs'] as const

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
