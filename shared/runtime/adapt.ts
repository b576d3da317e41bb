// Starts a launch again with what can be had: a new generation that nobody asked for, valid only for the one that was seen,
// and still worked for on behalf of the request before it.
import { type Adaptation, adaptationAfter } from '../domain/adaptation.ts'
import { ClusterEntity, type Status, WorkspaceEntity } from '../domain/entity.ts'
import { canLaunch } from '../domain/hibernation.ts'
import { workspacePath } from '../domain/paths.ts'
import type { Shards } from '../domain/pre-flight.ts'
import type { World } from '../ports.ts'
import { upWrites } from './cluster-generation.ts'
import { writeIn } from './generation.ts'
import { arePoolsWanted, type RunningWorkspace, wantPools } from './launch.ts'
import type { Moment } from './moment.ts'
import { preFlight } from './pre-flight.ts'
import { read } from './stored.ts'

/**
 * False when there is nothing to begin again with: what is to be tried cannot be had either, or the workspace goes. Then the
 * launch goes on as it is. Else the caller looks again, whether this wrote or the cluster or its pools have moved on.
 */
export async function adapt(world: World, moment: Moment, first: Adaptation): Promise<boolean> {
  const { path, entity: seen } = moment
  if (seen.value.kind !== 'cluster') return false
  const { account, workspace: id, cluster, generation } = seen.value
  const place = workspacePath(account, id)
  const home = await read(world.store, place, WorkspaceEntity)
  if (!home || !canLaunch(home.value)) return false
  const offered = await firstOffered(world, home.value, seen.value, first)
  if (!offered) return false
  const { adapted, shards } = offered
  await wantPools(world, home.value, adapted.spec, shards)
  world.log('WARNING', 'a launch is begun again with other machines', { path, generation })

  await world.store.transaction(async (transaction) => {
    const [before, workspace] = await Promise.all([
      read(transaction, path, ClusterEntity),
      read(transaction, place, WorkspaceEntity),
    ])
    if (before?.value.generation !== generation || before.value.want !== 'up') return
    if (!workspace || !canLaunch(workspace.value)) return
    if (!(await arePoolsWanted(transaction, workspace.value, adapted.spec))) return
    const status: Status = { state: before.value.state === 'RESTARTING' ? 'RESTARTING' : 'PENDING' }
    const writes = await upWrites(transaction, {
      path,
      ids: { account, workspace: id, cluster },
      before,
      workspace: workspace.value,
      latest: generation,
      request: before.value.request,
      spec: before.value.spec,
      isStart: true,
      status,
      adapted,
      now: transaction.readTime(),
    })
    writeIn(transaction, writes)
  })
  return true
}

/** Not every zone has every machine type: what none of a zone's machines could mend is not tried there (rule *zone*). */
async function firstOffered(
  world: World,
  workspace: RunningWorkspace,
  entity: ClusterEntity,
  first: Adaptation,
): Promise<{ adapted: Adaptation; shards: Shards } | undefined> {
  let adapted: Adaptation | undefined = first
  while (adapted) {
    const { short, shards } = await preFlight(
      world,
      workspace,
      entity.cluster,
      adapted.spec,
      entity,
    )
    // What else is short is told by the launch itself: others may give it back meanwhile.
    if (short?.code !== 'UNSUPPORTED_INSTANCE_TYPE') return { adapted, shards }
    adapted = adaptationAfter(entity, adapted, workspace.spec)
  }
  return undefined
}
