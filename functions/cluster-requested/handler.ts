// A Spark cluster is wanted: store the outcome, then begin.
import { clusterRequested } from '../../events/cluster-requested.ts'
import type { World } from '../../shared/ports.ts'
import { acceptCluster } from '../../shared/runtime/accept-cluster.ts'
import { takeRequest } from '../../shared/runtime/take-request.ts'
import type { MessageEvent } from '../event.ts'

export async function handle(world: World, { message }: MessageEvent): Promise<void> {
  await takeRequest(world, message, clusterRequested, acceptCluster)
}
