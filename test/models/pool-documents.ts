// Where models about pools begin: a workspace that runs, and a pool that was asked for.
import { activeRun, createRun, firstAttempts, planOf } from '../../shared/runtime/generation.ts'
import { AUDIT_PERIOD } from '../../shared/domain/protocol-times.ts'
import type { Run } from '../../shared/domain/run.ts'
import {
  entityOf,
  entryOf,
  itemOf,
  NOW,
  POOL,
  poolSubject,
  WORKSPACE,
  workspaceSubject,
} from '../situations.ts'

/** It gives things up soon. */
const runningWorkspace = {
  ...entityOf(workspaceSubject),
  spec: { ...workspaceSubject.spec, poolIdleHours: 1, hibernateAfterHours: 1 },
  state: 'RUNNING',
  outputs: { gkeCluster: 'analytics-g1', endpoint: 'gke-1.example' },
}

const firstRun: Run = activeRun(
  { path: POOL, generation: 1, direction: 'up', request: 'pool-1', now: NOW },
  planOf(poolSubject, 1),
)

/** By path; the pool's first attempt is among them. */
export function askedPool(): Record<string, object> {
  const writes = [createRun(POOL, firstRun), ...firstAttempts('acme', POOL, firstRun)]
  const created = writes.flatMap((write) =>
    write.op === 'create' ? [[write.path, write.data] as const] : [],
  )
  return {
    [WORKSPACE]: runningWorkspace,
    [`${WORKSPACE}/ledger/gke-cluster-g1`]: entryOf(itemOf('gke-cluster', 1), 'present'),
    [POOL]: { ...entityOf(poolSubject), gkeCluster: poolSubject.gkeCluster },
    ...Object.fromEntries(created),
  }
}

const settled = (run: Run): Run => {
  if (run.is !== 'active') throw new Error('only what is worked for settles')
  const { wakeAt, tries, ...kept } = run
  return { ...kept, is: 'settled', tries, settledAt: NOW, wakeAt: wakeAt + AUDIT_PERIOD }
}

/** The workspace, and a pool in it that runs. */
export function settledPool(pool: object): Record<string, object> {
  return {
    [WORKSPACE]: runningWorkspace,
    [POOL]: {
      ...entityOf(poolSubject),
      gkeCluster: poolSubject.gkeCluster,
      state: 'RUNNING',
      ...pool,
    },
    [`${POOL}/runs/1`]: settled(firstRun),
    [`${POOL}/ledger/node-pool-g1`]: entryOf(itemOf('node-pool', 1), 'present'),
  }
}

export function settledWorkspace(workspace: object): Record<string, object> {
  const run = activeRun(
    { path: WORKSPACE, generation: 1, direction: 'up', request: 'request-1', now: NOW },
    planOf(workspaceSubject, 1),
  )
  return {
    [WORKSPACE]: { ...runningWorkspace, ...workspace },
    [`${WORKSPACE}/runs/1`]: settled(run),
  }
}
