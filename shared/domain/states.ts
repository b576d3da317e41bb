// Which state may follow which, and why: what docs/states.md draws and what the walks of status-walk.test.ts hold the code
// to. States and transitions of clusters are those of the Databricks API.
import type { ClusterEntity, Entity, PoolEntity, WorkspaceEntity } from './entity.ts'

export interface Transition<State> {
  /** `start`: there was none before. */
  readonly from: State | 'start'
  /** `end`: there is none any more. */
  readonly to: State | 'end'
  readonly when: string
}

const workspace: readonly Transition<WorkspaceEntity['state']>[] = [
  { from: 'start', to: 'PROVISIONING', when: 'requested' },
  { from: 'PROVISIONING', to: 'RUNNING', when: 'everything is made' },
  { from: 'PROVISIONING', to: 'CANCELLING', when: 'deleted, or a step failed for good' },
  { from: 'RUNNING', to: 'CANCELLING', when: 'deleted' },
  { from: 'CANCELLING', to: 'NOT_PROVISIONED', when: 'all gone, as asked' },
  { from: 'CANCELLING', to: 'FAILED', when: 'all gone, after a failure' },
  { from: 'NOT_PROVISIONED', to: 'PROVISIONING', when: 'requested again' },
  { from: 'FAILED', to: 'PROVISIONING', when: 'requested again' },
]

const cluster: readonly Transition<ClusterEntity['state']>[] = [
  { from: 'start', to: 'PENDING', when: 'requested' },
  {
    from: 'PENDING',
    to: 'RUNNING',
    when: 'all ready; after 5 minutes the driver and one executor',
  },
  { from: 'PENDING', to: 'TERMINATING', when: 'terminated, or the launch failed' },
  { from: 'PENDING', to: 'TERMINATED', when: 'it waited for its workspace, so nothing was made' },
  { from: 'PENDING', to: 'end', when: 'deleted for good while it waited for its workspace' },
  { from: 'RUNNING', to: 'RESIZING', when: 'resized' },
  { from: 'RUNNING', to: 'RESTARTING', when: 'restarted, or edited' },
  { from: 'RUNNING', to: 'TERMINATING', when: 'terminated, idle, or its workspace goes' },
  { from: 'RESIZING', to: 'RUNNING', when: 'as many as wanted; after 5 minutes those there are' },
  { from: 'RESIZING', to: 'RESTARTING', when: 'restarted' },
  { from: 'RESIZING', to: 'TERMINATING', when: 'terminated' },
  { from: 'RESTARTING', to: 'RUNNING', when: 'as after PENDING' },
  { from: 'RESTARTING', to: 'TERMINATING', when: 'terminated, or the start failed' },
  { from: 'TERMINATING', to: 'TERMINATED', when: 'all gone' },
  { from: 'TERMINATING', to: 'end', when: 'all gone, deleted for good' },
  { from: 'TERMINATED', to: 'PENDING', when: 'started, or requested again' },
  { from: 'TERMINATED', to: 'end', when: 'deleted for good' },
]

const pool: readonly Transition<PoolEntity['state']>[] = [
  {
    from: 'start',
    to: 'PROVISIONING',
    when: 'a cluster wants its shape, or its workspace lists it',
  },
  { from: 'PROVISIONING', to: 'RUNNING', when: 'made, empty' },
  { from: 'PROVISIONING', to: 'RETIRING', when: 'it failed, or its workspace goes' },
  { from: 'RUNNING', to: 'RETIRING', when: 'nobody uses it, or its workspace goes' },
  { from: 'RUNNING', to: 'PROVISIONING', when: 'wanted again after its GKE cluster went' },
  { from: 'RETIRING', to: 'RETIRED', when: 'gone' },
  { from: 'RETIRING', to: 'FAILED', when: 'gone, after a failure' },
  { from: 'RETIRING', to: 'PROVISIONING', when: 'wanted again while it goes' },
  { from: 'RETIRED', to: 'PROVISIONING', when: 'wanted again' },
  { from: 'FAILED', to: 'PROVISIONING', when: 'wanted again' },
]

export const transitions: Readonly<Record<Entity['kind'], readonly Transition<string>[]>> = {
  workspace,
  cluster,
  pool,
}

/** Whether the second state may follow the first, which includes staying. */
export function mayFollow(kind: Entity['kind'], from: string, to: string): boolean {
  return from === to || transitions[kind].some((each) => each.from === from && each.to === to)
}
