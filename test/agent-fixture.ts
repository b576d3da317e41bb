// A workspace for the agent's tests: the embedded Kubernetes on a virtual clock, with what the control plane would have
// created in it, made by the same builders. Used by tests only.
import { CallError } from '../shared/call-error.ts'
import { PodSnapshot } from '../events/pod-snapshot.ts'
import { namespaceName } from '../shared/domain/names.ts'
import { seconds } from '../shared/domain/time.ts'
import { AGENT_USER } from '../shared/manifests/agent.ts'
import { clusterObjects } from '../shared/manifests/cluster-objects.ts'
import { driverPod } from '../shared/manifests/driver-pod.ts'
import { executorPod } from '../shared/manifests/executor-pod.ts'
import type { JsonObject, KubernetesObject, ObjectRef } from '../shared/manifests/object.ts'
import { workspaceServices } from '../shared/manifests/workspace-services.ts'
import type { Clock, Kubernetes } from '../shared/ports.ts'
import { virtualClock, type VirtualClock } from '../infra/local/clock.ts'
import { kubernetesEngine, type KubernetesEngine } from '../infra/local/kubernetes/engine.ts'
import type { CallHook } from '../infra/local/kubernetes/call-gate.ts'
import { startAgent, type Agent, type AgentOptions } from '../infra/workspace/agent/agent.ts'

const SIZE = { cpuMilli: 2960, memoryMib: 11_761, cores: 4, heapMib: 8580 }
const IDS = { account: 'acme', workspace: 'prod' }

/** One Spark cluster as the control plane would have made it. */
interface SparkFixture {
  readonly ref: ObjectRef
  readonly uid: string
  readonly namespace: string
  createDriver(): Promise<ObjectRef>
  createExecutors(from: number, to: number): Promise<ObjectRef[]>
}

interface RunningFixture {
  readonly spark: SparkFixture
  readonly driver: ObjectRef
  readonly pods: readonly ObjectRef[]
}

export interface AgentFixture {
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
  spark(cluster: string, executors: number, life?: number): Promise<SparkFixture>
  /** Writes what a kubelet would: the pod runs and is Ready, or not. */
  setReady(pod: ObjectRef, isReady?: boolean): Promise<void>
  setStatus(ref: ObjectRef, status: JsonObject): Promise<void>
  last(): PodSnapshot | undefined
  /** Whether the last word is that the driver and this many executors are ready. */
  isWhole(executors: number): () => boolean
  /** A cluster with its driver and executors, all ready. */
  running(cluster: string, executors: number): Promise<RunningFixture>
  /** Ends an agent while its last waits run out. */
  stop(agent: Agent): Promise<void>
  addNodes(count: number): Promise<void>
  /** What the workspace step makes, as far as it is not there. */
  createServices(): Promise<void>
}

function refOf({
  apiVersion,
  kind,
  metadata: { name, namespace = '' },
}: KubernetesObject): ObjectRef {
  return { apiVersion, kind, namespace, name }
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

  async function setReady(pod: ObjectRef, isReady = true): Promise<void> {
    const now = stamp(clock)
    const status = isReady ? 'True' : 'False'
    await fixture.setStatus(pod, {
      phase: 'Running',
      conditions: [
        { type: 'PodScheduled', status: 'True', lastTransitionTime: now },
        { type: 'Ready', status, lastTransitionTime: now },
      ],
      containerStatuses: [{ name: 'spark', state: { running: { startedAt: now } } }],
    })
  }

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
    async spark(cluster, executors, life = 1) {
      const created = await createCluster(api, cluster, executors, life)
      return sparkFixture(api, cluster, life, created)
    },
    setReady,
    async setStatus(ref, status) {
      await api.patch(ref, { status }, { subresource: 'status' })
    },
    last: () => published.at(-1),
    isWhole: (executors) => () => {
      const level = published.at(-1)?.level
      return level?.driver === 'ready' && level.executors.ready === executors
    },
    async running(cluster, executors) {
      const spark = await fixture.spark(cluster, executors)
      const driver = await spark.createDriver()
      const pods = await spark.createExecutors(1, executors)
      await Promise.all([driver, ...pods].map((pod) => setReady(pod)))
      return { spark, driver, pods }
    },
    async stop(agent) {
      const stopping = agent.stop()
      await clock.advance(seconds(20))
      await stopping
    },
    async createServices() {
      for (const object of services()) {
        await api.create(object).catch(unlessThere)
      }
    },
    async addNodes(count) {
      for (let index = 0; index < count; index++) await api.create(nodeObject(index, stamp(clock)))
    },
  }
  await fixture.createServices()
  await clock.advance(seconds(1))
  return fixture
}

function services(): KubernetesObject[] {
  return workspaceServices({
    ...IDS,
    life: 1,
    serviceAccount: 'control-plane',
    agentImage: 'registry/agent@sha256:abc',
    topic: 'pod-snapshot-prod.acme',
    project: 'kindling',
  })
}

function unlessThere(error: unknown): void {
  if (!(error instanceof CallError && error.kind === 'exists')) throw error
}

const stamp = (clock: Clock): string => new Date(clock.now()).toISOString()

async function createCluster(
  api: Kubernetes,
  cluster: string,
  executors: number,
  life: number,
): Promise<KubernetesObject> {
  const nodes = { machineType: 'e2-standard-4', pool: 'e2-standard-4', size: SIZE }
  const ids = { ...IDS, cluster }
  let last: KubernetesObject | undefined
  for (const object of clusterObjects({
    ...ids,
    namespace: namespaceName(ids, life),
    life,
    generation: life,
    runtime: '17.3.x-scala2.13',
    image: 'registry/spark@sha256:abc',
    driver: nodes,
    executors: { ...nodes, count: executors, spot: false },
    closedRanges: [],
  })) {
    last = await api.create(object)
  }
  if (!last) throw new Error('a cluster has objects')
  return last
}

function sparkFixture(
  api: Kubernetes,
  cluster: string,
  life: number,
  resource: KubernetesObject,
): SparkFixture {
  const { uid = '', name, namespace = '' } = resource.metadata
  const shared = {
    ...IDS,
    cluster,
    life,
    epoch: life,
    namespace,
    owner: { name, uid },
    image: 'registry/spark@sha256:abc',
    pool: 'e2-standard-4',
    size: SIZE,
  }
  return {
    ref: refOf(resource),
    uid,
    namespace,
    createDriver: async () => refOf(await api.create(driverPod({ ...shared, executorSize: SIZE }))),
    createExecutors: (from, to) =>
      Promise.all(
        Array.from({ length: to - from + 1 }, async (_, at) =>
          refOf(await api.create(executorPod({ ...shared, index: from + at, spot: false }))),
        ),
      ),
  }
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
