// A cluster is said to be idle: a hint, so the cluster is asked, twice.
import { idleTimeout } from '../../events/idle-timeout.ts'
import { entityPath } from '../../shared/domain/paths.ts'
import type { World } from '../../shared/ports.ts'
import { considerIdle } from '../../shared/runtime/idle.ts'
import { takeIn } from '../../shared/runtime/intake.ts'
import { reject } from '../../shared/runtime/outcome.ts'
import type { MessageEvent } from '../event.ts'

export async function handle(world: World, { message }: MessageEvent): Promise<void> {
  const intake = takeIn(message, idleTimeout)
  if (intake.is === 'refused') return reject(world, intake.ref, intake.reason)
  await considerIdle(world, entityPath({ kind: 'cluster', ...intake.data }))
}
