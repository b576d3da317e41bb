// A workspace for the agent's tests: the embedded Kubernetes on a virtual clock, with what the control plane would have
// created in it, made by the same builders. Used by tests only.
import { PodSnapshot } from '../events/pod-snapshot.ts'
import { seconds } from '../shared/domain/time.ts'
import { AGENT_USER } from '../shared/manifests/agent.ts'
import type { KubernetesObject } from '../shared/manifests/object.ts'
import type { Kubernetes } from '../shared/ports.ts'
import { virtualClock, type VirtualClock } from '../infra/local/clock.ts'
import { kubernetesEngine, type KubernetesEngine } from '../infra/local/kubernetes/engine.ts'
import type { CallHook } from '../infra/local/kubernetes/call-gate.ts'
import { startAgent, type Agent, type AgentOptions } from '../infra/workspace/agent/agent.ts'
import { type SparkWorkspace, sparkWorkspace } from './spark-workspace.ts'

export interface AgentFixture extends SparkWorkspace {
  readonly clock: VirtualClock
  readonly engine: KubernetesEngine
  /** As the control plane sees the API. */
  readonly api: Kubernetes
  /** Everything published, each checked against its event. */
  readonly published: PodSnapshot[]
  /** Told of each call of an agent; may throw to refuse it. */
  beforeAgent: CallHook
  /** May throw to refuse a publish. */
  beforePublish: () => void
  start(more?: Partial<AgentOptions>): Agent
  last(): PodSnapshot | undefined
  /** Whether the last word is that the driver and this many executors are ready. */
  isWhole(executors: number): () => boolean
  /** Ends an agent while its last waits run out. */
  stop(agent: Agent): Promise<void>
  addNodes(count: number): Promise<void>
}

export async function agentFixture(): Promise<AgentFixture> {
  const clock = virtualClock(7)
  const engine = kubernetesEngine({
    clock,
    before: (call) => (call.user === AGENT_USER ? fixture.beforeAgent(call) : undefined),
  })
  const api = engine.face('system:admin')
  const published: PodSnapshot[] = []
  let starts = 0

  const workspace = sparkWorkspace(api, clock)

  const fixture: AgentFixture = {
    clock,
    engine,
    api,
    published,
    beforeAgent: () => undefined,
    beforePublish: () => undefined,
    start(more = {}) {
      return startAgent({
        kubernetes: engine.face(AGENT_USER),
        clock,
        identity: `agent-${++starts}`,
        async publish(event) {
          fixture.beforePublish()
          published.push(PodSnapshot.parse(event))
        },
        ...more,
      })
    },
    ...workspace,
    last: () => published.at(-1),
    isWhole: (executors) => () => {
      const level = published.at(-1)?.level
      return level?.driver === 'ready' && level.executors.ready === executors
    },
    async stop(agent) {
      const stopping = agent.stop()
      await clock.advance(seconds(20))
      await stopping
    },
    async addNodes(count) {
      for (let index = 0; index < count; index++)
        await api.create(nodeObject(index, new Date(clock.now()).toISOString()))
    },
  }
  await workspace.install()
  await clock.advance(seconds(1))
  return fixture
}

function nodeObject(index: number, now: string): KubernetesObject {
  const room = { cpu: '3920m', memory: '13256Mi', pods: '32' }
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: `node-${index}`, labels: { 'kindling.dev/pool': 'e2-standard-4' } },
    spec: {
      taints: [{ key: 'kindling.dev/pool', value: 'e2-standard-4', effect: 'NoSchedule' }],
    },
    status: {
      allocatable: room,
      capacity: room,
      conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: now }],
    },
  }
}
