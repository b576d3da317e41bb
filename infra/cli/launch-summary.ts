// What a launch came to, as programs read it: the last line of `npm run demo -- --json`. Its shape is relied upon.
import { criticalPath, ownTime } from '../../shared/domain/timeline.ts'
import type { Counts } from '../../shared/runtime/counts.ts'
import { ownCost } from '../../shared/runtime/own-cost.ts'
import type { Parts } from '../local/stack/stack.ts'
import type { LaunchTimeline } from './launch-timeline.ts'
import type { StoredEntity } from './stored-entity.ts'

export function launchSummary(
  parts: Parts,
  { entity: workspace }: StoredEntity,
  { entity: cluster, observation }: StoredEntity,
  { phases, span }: LaunchTimeline,
  counted: Counts,
): object {
  const path = criticalPath(phases, span)
  const requested = cluster.kind === 'cluster' ? cluster.spec.executors.count : 0
  return {
    kind: 'summary',
    parts,
    workspace: { id: workspace.workspace, state: workspace.state },
    cluster: {
      id: cluster.kind === 'cluster' ? cluster.cluster : '',
      state: cluster.state,
      executors: { requested, ready: observation?.level.executors.ready ?? 0 },
    },
    launch: {
      totalMs: span.endedAt - span.startedAt,
      ownMs: ownTime(path),
      criticalPath: path.map(({ step, ms }) => ({ step, ms })),
    },
    counted,
    ownCost: ownCost(counted),
  }
}
