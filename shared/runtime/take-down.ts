// The request that nobody sends: taking an entity down because a step failed for good, or because it is idle. Valid only
// for the generation that was seen, so that a newer wish wins (protocol, REQUEST).
import type { Reason } from '../../events/lifecycle.ts'
import { Entity, type Status } from '../domain/entity.ts'
import { requestPath, runPath } from '../domain/paths.ts'
import { RequestOutcome } from '../domain/records.ts'
import { Run } from '../domain/run.ts'
import { withStatus } from '../domain/status.ts'
import type { Transaction, World, Write } from '../ports.ts'
import { stateFact } from './facts.ts'
import { activeRun, createRun, emptyRun, superseding, writeIn } from './generation.ts'
import { read, type Stored, updateOf } from './stored.ts'

export interface Down {
  /** The generation that was seen. */
  readonly generation: number
  readonly reason: Reason
  /** Names the request: `fail`, `idle`. */
  readonly by: string
  /** Read in the transaction: whether the reason still holds. */
  readonly holds?: (transaction: Transaction) => Promise<boolean>
  /** The version that was seen, where nothing at all may have changed since. */
  readonly version?: string
}

/** Whether it was taken down by this call. */
export function takeDown(world: World, path: string, down: Down): Promise<boolean> {
  return world.store.transaction(async (transaction) => {
    const entity = await read(transaction, path, Entity)
    if (!entity || entity.value.generation !== down.generation) return false
    if (entity.value.want === 'down') return false
    if (down.holds && !(await down.holds(transaction))) return false
    if (down.version !== undefined && entity.document.version !== down.version) return false
    const request = `${down.by}-${down.generation}`
    writeIn(transaction, await downWrites(transaction, path, entity, { ...down, request }))
    return true
  })
}

export interface NewDown {
  readonly reason: Reason
  readonly request: string
  /** Of a cluster: forgotten once it is gone. */
  readonly isForGood?: boolean
}

/** A new generation of an entity that is wanted gone. */
export async function downWrites(
  transaction: Transaction,
  path: string,
  entity: Stored<Entity>,
  { reason, request, isForGood = false }: NewDown,
): Promise<Write[]> {
  const { account, request: wanted, generation: seen } = entity.value
  const [run, overtaken] = await Promise.all([
    read(transaction, runPath(path, seen), Run),
    read(transaction, requestPath(account, wanted), RequestOutcome),
  ])
  const now = transaction.readTime()
  const generation = seen + 1
  const next = { path, generation, direction: 'down' as const, request, now }
  const plan = run && run.value.is !== 'waiting' ? run.value.plan : undefined
  const nextRun = plan ? activeRun(next, { ...plan, items: [] }) : emptyRun(next)
  const status = goingDown(entity.value, reason, plan === undefined, isForGood)
  const changed = { ...withStatus(entity.value, status, now), generation, want: 'down', request }
  return [
    updateOf(entity, changed),
    createRun(path, nextRun),
    ...superseding(run, generation),
    ...stateFact(path, { ...entity.value, generation }, { state: status.state, reason }, now),
    ...endingRequest(overtaken, reason, generation, now),
  ]
}

function goingDown(
  entity: Entity,
  reason: Reason,
  isNothingMade: boolean,
  isForGood: boolean,
): Status {
  if (entity.kind === 'workspace') return { state: 'CANCELLING', reason }
  if (entity.kind === 'pool') return { state: 'RETIRING', reason }
  if (isNothingMade) return { state: 'TERMINATED', reason }
  return { state: 'TERMINATING', reason, ...(isForGood ? { forGood: true } : {}) }
}

function endingRequest(
  request: Stored<RequestOutcome> | undefined,
  reason: Reason,
  by: number,
  now: number,
): Write[] {
  if (reason.type === 'SUCCESS') return supersedingRequest(request, by, now)
  if (request?.value.is !== 'accepted') return []
  return [updateOf(request, { ...request.value, endedAt: now, is: 'failed', reason })]
}

/** Tells a request that is still being worked for that a later one has changed what is wanted. */
export function supersedingRequest(
  request: Stored<RequestOutcome> | undefined,
  by: number,
  now: number,
): Write[] {
  if (request?.value.is !== 'accepted') return []
  return [updateOf(request, { ...request.value, is: 'superseded', by, endedAt: now })]
}
