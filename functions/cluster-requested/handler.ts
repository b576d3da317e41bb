// A Spark cluster is wanted: store the outcome, then begin.
import { clusterRequested } from '../../events/cluster-requested.ts'
import type { World } from '../../shared/ports.ts'
import { acceptCluster } from '../../shared/runtime/accept-cluster.ts'
import { advance } from '../../shared/runtime/advance.ts'
import { takeIn } from '../../shared/runtime/intake.ts'
import { reject } from '../../shared/runtime/outcome.ts'
import type { MessageEvent } from '../event.ts'

export async function handle(world: World, { message }: MessageEvent): Promise<void> {
  const intake = takeIn(message, clusterRequested)
  if (intake.is === 'refused') return reject(world, intake.ref, intake.reason)
  const path = await acceptCluster(world, intake.ref, intake.data)
  if (path !== undefined) await advance(world, path)
}
