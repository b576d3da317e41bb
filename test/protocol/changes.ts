// Requests for change in a scene: stored by a process of the test's choosing, and nothing else done about them.
import { clusterChangeRequested } from '../../events/cluster-change-requested.ts'
import { workspaceChangeRequested } from '../../events/workspace-change-requested.ts'
import { acceptClusterChange } from '../../shared/runtime/accept-cluster-change.ts'
import { acceptWorkspaceChange } from '../../shared/runtime/accept-workspace-change.ts'
import { takeIn } from '../../shared/runtime/intake.ts'
import type { Fields } from '../../shared/ports.ts'
import { event } from '../loop/fixture.ts'
import type { Process, Scene } from './scene.ts'

export function changeCluster(
  { world }: Process,
  id: string,
  change: Fields,
): Promise<string | undefined> {
  const data = event('cluster-change-requested', id, { change })
  const intake = takeIn({ id, data }, clusterChangeRequested)
  if (intake.is === 'refused') throw new Error(intake.reason.message)
  return acceptClusterChange(world, intake.ref, intake.data)
}

export function deleteWorkspace(
  { world }: Process,
  id: string,
  force = false,
): Promise<string | undefined> {
  const change = { action: 'delete', force }
  const data = event('workspace-change-requested', id, { change })
  const intake = takeIn({ id, data }, workspaceChangeRequested)
  if (intake.is === 'refused') throw new Error(intake.reason.message)
  return acceptWorkspaceChange(world, intake.ref, intake.data)
}

/** What became of a request. */
export async function outcomeIn({ store }: Scene, id: string): Promise<Fields> {
  const requests = await store.list('accounts/acme/requests')
  return { ...requests.find(({ data }) => data['event'] === id)?.data }
}
