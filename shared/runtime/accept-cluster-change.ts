// A request for another state or other settings of a cluster becomes desired state.
import type { ClusterChangeRequested } from '../../events/cluster-change-requested.ts'
import { wishOfChange } from '../domain/cluster-wish.ts'
import type { World } from '../ports.ts'
import { acceptClusterWish } from './accept-cluster-wish.ts'
import { checkCluster } from './check-cluster.ts'
import type { RequestRef } from './intake.ts'
import { reject } from './outcome.ts'

/** Answers the path of the cluster to look at next, or undefined when there is nothing to do. */
export async function acceptClusterChange(
  world: World,
  ref: RequestRef,
  { account, workspace, cluster, change }: ClusterChangeRequested,
): Promise<string | undefined> {
  const fault =
    change.action === 'edit'
      ? checkCluster(change.settings, world.clock.now(), 'data.change.settings')
      : undefined
  if (fault) {
    await reject(world, ref, fault)
    return undefined
  }
  const ids = { account, workspace, cluster }
  return acceptClusterWish(world, { ref, ids, wish: (before) => wishOfChange(before, change) })
}
