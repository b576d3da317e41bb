// Who may publish to a topic, besides the project's own: the topic's IAM policy.
import { callOptions } from './grpc-call.ts'
import type { PubsubApi } from './pubsub-api.ts'

/** The emulator has no IAM; there the local cloud keeps the grants. */
export interface TopicAccess {
  /** Lets one member publish, in place of those who could before. The topic exists. */
  grant(topic: string, member: string): Promise<void>
  publishers(topic: string): Promise<readonly string[]>
}

const PUBLISHER = 'roles/pubsub.publisher'

/** By the policy's etag, so that of two changes at once one is refused (`unavailable`). `timeoutMs` is for each call. */
export function topicPolicy(
  open: () => Promise<PubsubApi>,
  topicName: (topic: string) => string,
  timeoutMs: number,
): TopicAccess {
  async function read(topic: string) {
    const { publisher } = await open()
    const request = { resource: topicName(topic), options: null }
    const [policy] = await publisher.getIamPolicy(request, callOptions(timeoutMs))
    return policy
  }
  return {
    async grant(topic, member) {
      const policy = await read(topic)
      const kept = (policy.bindings ?? []).filter(({ role }) => role !== PUBLISHER)
      const bindings = [...kept, { role: PUBLISHER, members: [member], condition: null }]
      const { publisher } = await open()
      await publisher.setIamPolicy(
        { resource: topicName(topic), policy: { ...policy, bindings }, updateMask: null },
        callOptions(timeoutMs),
      )
    },
    async publishers(topic) {
      const { bindings } = await read(topic)
      return (bindings ?? [])
        .filter(({ role }) => role === PUBLISHER)
        .flatMap(({ members }) => members ?? [])
    },
  }
}
