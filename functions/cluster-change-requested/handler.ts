// A change of a cluster is wanted: store the outcome, then begin.
import { clusterChangeRequested } from '../../events/cluster-change-requested.ts'
import type { World } from '../../shared/ports.ts'
import { acceptClusterChange } from '../../shared/runtime/accept-cluster-change.ts'
import { advance } from '../../shared/runtime/advance.ts'
import { takeIn } from '../../shared/runtime/intake.ts'
import { reject } from '../../shared/runtime/outcome.ts'
import type { MessageEvent } from '../event.ts'

export async function handle(world: World, { message }: MessageEvent): Promise<void> {
  const intake = takeIn(message, clusterChangeRequested)
  if (intake.is === 'refused') return reject(world, intake.ref, intake.reason)
  const path = await acceptClusterChange(world, intake.ref, intake.data)
  if (path !== undefined) await advance(world, path)
}
