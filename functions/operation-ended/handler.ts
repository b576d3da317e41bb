// The audit log says that an operation of the cloud has ended.
import type { World } from '../../shared/ports.ts'
import { operationEnded } from '../../shared/runtime/operation-ended.ts'
import type { MessageEvent } from '../event.ts'

export async function handle(world: World, { message }: MessageEvent): Promise<void> {
  await operationEnded(world, message.data)
}
