// An entity as a tree of progress: its steps, and for a cluster its pools and pods. Pure.
import type { Entity } from '../../shared/domain/entity.ts'
import type { LedgerEntry } from '../../shared/domain/ledger.ts'
import type { PlanItem } from '../../shared/domain/plan.ts'
import type { Ticket } from '../../shared/domain/records.ts'
import { stepNamed } from '../../shared/steps/registry.ts'
import type { ProgressNode } from './progress-tree.ts'
import type { StoredEntity } from './stored-entity.ts'

const ENDED = new Set(['FAILED', 'TERMINATED', 'NOT_PROVISIONED', 'RETIRED'])

/** Whether it will not run any more unless somebody asks for it again. */
export function isOver({ state }: Entity): boolean {
  return ENDED.has(state)
}

export function entityView(title: string, stored: StoredEntity | undefined): ProgressNode {
  if (!stored) return { title, state: 'waiting' }
  const { entity, run } = stored
  const isRunning = entity.state === 'RUNNING'
  const why = 'reason' in entity && entity.reason ? `: ${entity.reason.message}` : ''
  return {
    title,
    state: isRunning ? 'done' : isOver(entity) ? 'failed' : 'running',
    detail: `${stateText(entity)}${why}`,
    ...(run ? { startedAt: run.createdAt } : {}),
    ...(isRunning ? { endedAt: entity.changedAt } : {}),
    children: [
      ...stored.pools.map(poolView),
      ...stepViews(stored),
      ...podViews(stored),
      ...operationViews(stored),
    ],
  }
}

/** Its state, and whether it sleeps: it is RUNNING to users' tools all the while. */
export function stateText(entity: Entity): string {
  const isAsleep = entity.kind === 'workspace' && entity.state === 'RUNNING' && entity.hibernation
  return isAsleep ? `${entity.state} (${entity.hibernation})` : entity.state
}

function poolView(pool: StoredEntity): ProgressNode {
  const name = pool.entity.kind === 'pool' ? pool.entity.pool : ''
  const { detail, ...view } = entityView(`Node pool of ${name}`, pool)
  return { ...view, ...(detail === 'RUNNING' ? {} : { detail: detail ?? '' }), children: [] }
}

function stepViews({ run, ledger }: StoredEntity): ProgressNode[] {
  if (!run || run.is === 'waiting' || !run.plan) return []
  return run.plan.items
    .filter((item) => item.awaits === undefined)
    .map((item) =>
      stepView(
        item,
        ledger.find((entry) => entry.item.key === item.key),
      ),
    )
}

function stepView(item: PlanItem, entry: LedgerEntry | undefined): ProgressNode {
  const step = stepNamed(item.step)
  const title = step.instances ? `${step.title} (batch ${item.index})` : step.title
  if (!entry) return { title, state: 'waiting' }
  const { startedAt, doneAt, failure } = entry
  const isDone = entry.thing.have === 'present'
  return {
    title,
    state: isDone ? 'done' : failure?.permanent ? 'failed' : 'running',
    ...(failure ? { detail: failure.message } : {}),
    startedAt,
    ...(isDone && doneAt !== undefined ? { endedAt: doneAt } : {}),
  }
}

function podViews({ entity, observation }: StoredEntity): ProgressNode[] {
  if (entity.kind !== 'cluster' || !observation) return []
  const { driver, executors, phases } = observation.level
  const requested = entity.spec.executors.count
  const isReady = driver === 'ready' && executors.ready >= requested
  return [
    {
      title: 'Pods ready',
      state: isReady ? 'done' : 'running',
      detail: `driver ${driver}, ${executors.ready} of ${requested} executors`,
      ...(phases.firstPodCreatedAt === undefined ? {} : { startedAt: phases.firstPodCreatedAt }),
      ...(isReady && phases.lastPodReadyAt !== undefined ? { endedAt: phases.lastPodReadyAt } : {}),
    },
  ]
}

/** Its time is the age of what has waited longest. */
function operationViews({ operations }: StoredEntity): ProgressNode[] {
  if (!operations) return []
  const { underWay, waiting } = operations
  if (underWay.length === 0 && waiting.length === 0) return []
  const [oldest] = waiting
  return [
    {
      title: 'Operations on the GKE cluster',
      state: 'running',
      detail: `${underWay.length} under way, ${waiting.length} waiting`,
      ...(oldest ? { startedAt: oldest.since } : {}),
      children: waiting.map(waitingView),
    },
  ]
}

function waitingView({ entity, doing, since }: Ticket): ProgressNode {
  return {
    title: `${doing} ${entity.slice(entity.lastIndexOf('/') + 1)}`,
    state: 'waiting',
    startedAt: since,
  }
}
