// Where models about a cluster's reports begin: its namespace is made, and nothing else is left to make.
import { activeRun } from '../../shared/runtime/generation.ts'
import type { Plan } from '../../shared/domain/plan.ts'
import { clusterSubject, entityOf, entryOf, itemOf, NOW } from '../situations.ts'
import { clusterPath } from './places.ts'

export const CLUSTER = clusterPath('etl')
export const EXECUTORS = 2

const subject = clusterSubject(EXECUTORS)
const plan: Plan = { subject, items: [itemOf('namespace', 1)] }

/** `cluster`: what else its document says. */
export function launching(cluster: object = {}): Record<string, object> {
  const run = {
    path: CLUSTER,
    generation: 1,
    direction: 'up' as const,
    request: 'request-1',
    now: NOW,
  }
  return {
    [CLUSTER]: { ...entityOf(subject), ...cluster },
    [`${CLUSTER}/runs/1`]: activeRun(run, plan),
    [`${CLUSTER}/ledger/namespace-g1`]: entryOf(itemOf('namespace', 1), 'present'),
  }
}
