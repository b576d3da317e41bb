// GKE's autoscaler says why it brings no nodes.
import type { World } from '../../shared/ports.ts'
import { scaleUpBlocked } from '../../shared/runtime/scale-up-blocked.ts'
import type { MessageEvent } from '../event.ts'

export async function handle(world: World, { message }: MessageEvent): Promise<void> {
  await scaleUpBlocked(world, message.data)
}
