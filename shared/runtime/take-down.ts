// The request that nobody sends: taking an entity down because a step failed for good, or because it is idle. Valid only
// for the generation that was seen, so that a newer wish wins (protocol, REQUEST).
import type { Reason } from '../../events/lifecycle.ts'
import { Entity, type Status } from '../domain/entity.ts'
import { requestPath, runPath } from '../domain/paths.ts'
import { RequestOutcome } from '../domain/records.ts'
import { Run } from '../domain/run.ts'
import { withStatus } from '../domain/status.ts'
import type { World, Write } from '../ports.ts'
import { stateFact } from './facts.ts'
import { activeRun, createRun, emptyRun, superseding, writeIn } from './generation.ts'
import { read, type Stored, updateOf } from './stored.ts'

export interface Down {
  /** The generation that was seen. */
  readonly generation: number
  readonly reason: Reason
  /** Names the request: `fail`, `idle`. */
  readonly by: string
}

/** Whether it was taken down by this call. */
export function takeDown(world: World, path: string, down: Down): Promise<boolean> {
  return world.store.transaction(async (transaction) => {
    const entity = await read(transaction, path, Entity)
    if (!entity || entity.value.generation !== down.generation) return false
    if (entity.value.want === 'down') return false
    const { account, request: wanted } = entity.value
    const [run, request] = await Promise.all([
      read(transaction, runPath(path, down.generation), Run),
      read(transaction, requestPath(account, wanted), RequestOutcome),
    ])
    const now = transaction.readTime()
    const generation = down.generation + 1
    const id = `${down.by}-${down.generation}`
    const next = { path, generation, direction: 'down' as const, request: id, now }
    const plan = run && run.value.is !== 'waiting' ? run.value.plan : undefined
    const nextRun = plan ? activeRun(next, { ...plan, items: [] }) : emptyRun(next)
    const status = goingDown(entity.value, down.reason, plan === undefined)
    const changed = {
      ...withStatus(entity.value, status, now),
      generation,
      want: 'down',
      request: id,
    }
    writeIn(transaction, [
      updateOf(entity, changed),
      createRun(path, nextRun),
      ...superseding(run, generation),
      ...stateFact(path, { ...entity.value, generation }, status.state, down.reason, now),
      ...endingRequest(request, down.reason, generation, now),
    ])
    return true
  })
}

function goingDown(entity: Entity, reason: Reason, isNothingMade: boolean): Status {
  if (entity.kind === 'workspace') return { state: 'CANCELLING', reason }
  if (entity.kind === 'pool') return { state: 'RETIRING', reason }
  return { state: isNothingMade ? 'TERMINATED' : 'TERMINATING', reason }
}

function endingRequest(
  request: Stored<RequestOutcome> | undefined,
  reason: Reason,
  by: number,
  now: number,
): Write[] {
  if (request?.value.is !== 'accepted') return []
  const ended = { ...request.value, endedAt: now }
  if (reason.type === 'SUCCESS') return [updateOf(request, { ...ended, is: 'superseded', by })]
  return [updateOf(request, { ...ended, is: 'failed', reason })]
}
