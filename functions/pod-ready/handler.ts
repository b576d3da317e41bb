// A workspace's agent reports on one cluster's pods. The workspace is the topic's, whatever the body says.
import { podSnapshot, workspaceOfTopic } from '../../events/pod-snapshot.ts'
import { entityPath } from '../../shared/domain/paths.ts'
import type { World } from '../../shared/ports.ts'
import { takeIn } from '../../shared/runtime/intake.ts'
import { observePods } from '../../shared/runtime/observe-pods.ts'
import type { MessageEvent } from '../event.ts'

/** A report that cannot be read is dropped: the next one, or the sweep, says the same. */
export async function handle(world: World, { topic, message }: MessageEvent): Promise<void> {
  const workspace = workspaceOfTopic(topic)
  const intake = takeIn(message, podSnapshot)
  if (!workspace || intake.is === 'refused') {
    const code = intake.is === 'refused' ? intake.reason.code : 'UNKNOWN_TOPIC'
    world.log('WARNING', 'unreadable snapshot', { topic, message: message.id, code })
    return
  }
  const { cluster, ...seen } = intake.data
  await observePods(world, entityPath({ kind: 'cluster', ...workspace, cluster }), seen)
}
