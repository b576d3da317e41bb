// The timeline of a cluster's launch, from what is stored of it.
import { launchPhases } from '../../shared/domain/launch-phases.ts'
import type { Instant } from '../../shared/domain/time.ts'
import type { Phase, Span } from '../../shared/domain/timeline.ts'
import type { StoredEntity } from './stored-entity.ts'

export interface LaunchTimeline {
  readonly phases: readonly Phase[]
  readonly span: Span
}

/** `requestedAt`: when the request was published; without it, time counts from when the launch could begin. */
export function launchTimeline(
  stored: StoredEntity,
  now: Instant,
  requestedAt?: Instant,
): LaunchTimeline {
  const { entity, run, ledger, pools, observation } = stored
  const acceptedAt = run?.createdAt ?? requestedAt ?? now
  const span = {
    startedAt: requestedAt ?? acceptedAt,
    endedAt: entity.state === 'RUNNING' ? entity.changedAt : now,
  }
  const phases = launchPhases({
    requestedAt: span.startedAt,
    acceptedAt,
    runningAt: span.endedAt,
    ledger,
    pools: pools.map((pool) => ({
      pool: pool.entity.kind === 'pool' ? pool.entity.pool : '',
      ledger: pool.ledger,
    })),
    observation,
  })
  return { phases, span }
}
