// A request for a cluster becomes desired state.
import type { ClusterRequested } from '../../events/cluster-requested.ts'
import { specOf, wishOfRequest } from '../domain/cluster-wish.ts'
import type { World } from '../ports.ts'
import { acceptClusterWish } from './accept-cluster-wish.ts'
import { checkCluster } from './check-cluster.ts'
import type { RequestRef } from './intake.ts'
import { reject } from './outcome.ts'

/** Answers the path of the cluster to look at next, or undefined when nothing was wanted of any. */
export async function acceptCluster(
  world: World,
  ref: RequestRef,
  wanted: ClusterRequested,
): Promise<string | undefined> {
  const { account, workspace, cluster, ...settings } = wanted
  const fault = checkCluster(settings, world.clock.now())
  if (fault) {
    await reject(world, ref, fault)
    return undefined
  }
  const spec = specOf(settings)
  const ids = { account, workspace, cluster }
  return acceptClusterWish(world, { ref, ids, wish: (before) => wishOfRequest(before, spec) })
}
