// Who may publish to a topic, besides the project's own: the topic's IAM policy.
import { callOptions } from './grpc-call.ts'

/** The emulator has no IAM; there the local cloud keeps the grants. */
export interface TopicAccess {
  /** Lets one member publish, in place of those who could before. The topic exists. */
  grant(topic: string, member: string): Promise<void>
  publishers(topic: string): Promise<readonly string[]>
}

const PUBLISHER = 'roles/pubsub.publisher'

interface Binding {
  readonly role?: string | null
  readonly members?: readonly string[] | null
}

interface Policy {
  readonly etag?: Uint8Array | string | null
  readonly bindings?: readonly Binding[] | null
}

/** The IAM calls of Pub/Sub's client. */
export interface PolicyCalls {
  getIamPolicy(request: { resource: string }, options: object): Promise<[Policy, ...unknown[]]>
  setIamPolicy(request: { resource: string; policy: Policy }, options: object): Promise<unknown>
}

/** By the policy's etag: of two changes at once one is refused (`unavailable`). `timeoutMs` is for each call. */
export function topicPolicy(
  open: () => Promise<PolicyCalls>,
  topicName: (topic: string) => string,
  timeoutMs: number,
): TopicAccess {
  async function read(resource: string): Promise<Policy> {
    const calls = await open()
    const [policy] = await calls.getIamPolicy({ resource }, callOptions(timeoutMs))
    return policy
  }
  return {
    async grant(topic, member) {
      const resource = topicName(topic)
      const { etag, bindings } = await read(resource)
      const kept = (bindings ?? []).filter(({ role }) => role !== PUBLISHER)
      const policy = { etag, bindings: [...kept, { role: PUBLISHER, members: [member] }] }
      const calls = await open()
      await calls.setIamPolicy({ resource, policy }, callOptions(timeoutMs))
    },
    async publishers(topic) {
      const { bindings } = await read(topicName(topic))
      return (bindings ?? [])
        .filter(({ role }) => role === PUBLISHER)
        .flatMap(({ members }) => members ?? [])
    },
  }
}
