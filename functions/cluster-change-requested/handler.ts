// A change of a cluster is wanted: store the outcome, then begin.
import { clusterChangeRequested } from '../../events/cluster-change-requested.ts'
import type { World } from '../../shared/ports.ts'
import { acceptClusterChange } from '../../shared/runtime/accept-cluster-change.ts'
import { takeRequest } from '../../shared/runtime/take-request.ts'
import type { MessageEvent } from '../event.ts'

export async function handle(world: World, { message }: MessageEvent): Promise<void> {
  await takeRequest(world, message, clusterChangeRequested, acceptClusterChange)
}
