// The topic that only this workspace's agent may publish to, and the function that listens to it. After the GKE cluster,
// because the agent's identity exists only with it (rule *identity*).
import { minutes } from '../domain/time.ts'
import { CallError } from '../call-error.ts'
import { snapshotTopic } from '../../events/pod-snapshot.ts'
import { AGENT, SYSTEM_NAMESPACE } from '../manifests/agent.ts'
import { carries, resourceMark } from '../manifests/labels.ts'
import { gkeCluster } from './gke-cluster.ts'
import { type Observed, step, type StepPorts } from './step.ts'

type Input = {
  readonly topic: string
  readonly subscription: string
  readonly publisher: string
  readonly labels: Readonly<Record<string, string>>
}
type Output = { readonly topic: string }

const LISTENER = 'pod-ready'

async function observe({ bus }: StepPorts, input: Input): Promise<Observed<Output>> {
  const found = await bus.getTopic(input.topic)
  if (!found) return { is: 'absent' }
  if (!carries(input.labels, found.labels)) return { is: 'foreign', what: `topic "${input.topic}"` }
  // To the agent and nobody else: what it says is believed.
  const isOurs = found.publishers.length === 1 && found.publishers[0] === input.publisher
  const isHeard = found.subscriptions.some(({ name }) => name === input.subscription)
  return isOurs && isHeard ? { is: 'present', output: { topic: input.topic } } : { is: 'partial' }
}

/** Another attempt may have come this far. */
async function unless(kind: CallError['kind'], call: Promise<void>): Promise<void> {
  try {
    await call
  } catch (error) {
    if (!(error instanceof CallError) || error.kind !== kind) throw error
  }
}

/** IAM calls a grant invalid whose member it does not know yet, which another try may mend (rule *identity*). */
async function whenKnown(grant: Promise<void>): Promise<void> {
  try {
    await grant
  } catch (error) {
    if (!(error instanceof CallError) || error.kind !== 'invalid') throw error
    throw new CallError('not-found', `the agent's identity: ${error.message}`, { cause: error })
  }
}

export const agentChannel = step({
  name: 'agent-channel',
  title: "Channel for the agent's reports",
  kind: 'workspace',
  lane: 'bus',
  // Minutes may pass until then.
  attempts: 12,
  timeoutMs: minutes(20),
  isIn: ({ asleep }) => asleep !== true,
  after: { gkeCluster },
  input: ({ subject: { identity }, life }): Input => {
    const topic = snapshotTopic(identity.account, identity.workspace)
    const agent = `${SYSTEM_NAMESPACE}/${AGENT}`
    return {
      topic,
      subscription: `${topic}-${LISTENER}`,
      publisher: `serviceAccount:${identity.project}.svc.id.goog[${agent}]`,
      labels: resourceMark(identity, life),
    }
  },
  observe,
  async apply(ports, input: Input) {
    const { bus } = ports
    await unless('exists', bus.createTopic(input.topic, input.labels))
    const before = await observe(ports, input)
    // Not ours: told by the next look.
    if (before.is === 'foreign') return { is: 'pending', lookIn: 0 }
    await whenKnown(bus.allowPublisher(input.topic, input.publisher))
    await unless('exists', bus.subscribe(input.topic, input.subscription, LISTENER))
    return { is: 'present', output: { topic: input.topic } }
  },
  async undo(ports, input) {
    const before = await observe(ports, input)
    if (before.is === 'absent' || before.is === 'foreign') return {}
    await unless('not-found', ports.bus.unsubscribe(input.subscription))
    await unless('not-found', ports.bus.deleteTopic(input.topic))
    return {}
  },
})
