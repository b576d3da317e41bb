// A workspace's GKE cluster as the control plane would have made it, by the same builders, on any Kubernetes: for tests that
// run the agent there. What kubelets do is done by hand.
import { CallError } from '../shared/call-error.ts'
import { namespaceName } from '../shared/domain/names.ts'
import { clusterObjects } from '../shared/manifests/cluster-objects.ts'
import { driverPod } from '../shared/manifests/driver-pod.ts'
import { executorPod } from '../shared/manifests/executor-pod.ts'
import type { JsonObject, KubernetesObject, ObjectRef } from '../shared/manifests/object.ts'
import { workspaceServices } from '../shared/manifests/workspace-services.ts'
import type { Clock, Kubernetes } from '../shared/ports.ts'

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

export interface SparkWorkspace {
  /** What stands in it before any cluster does, as far as it is not there. */
  install(): Promise<void>
  spark(cluster: string, executors: number, life?: number): Promise<SparkFixture>
  /** Writes what a kubelet would: the pod runs and is Ready, or not. */
  setReady(pod: ObjectRef, isReady?: boolean): Promise<void>
  setStatus(ref: ObjectRef, status: JsonObject): Promise<void>
  /** A cluster with its driver and executors, all ready. */
  running(cluster: string, executors: number): Promise<RunningFixture>
}

export function sparkWorkspace(api: Kubernetes, clock: Clock): SparkWorkspace {
  async function setStatus(ref: ObjectRef, status: JsonObject): Promise<void> {
    await api.patch(ref, { status }, { subresource: 'status' })
  }

  async function setReady(pod: ObjectRef, isReady = true): Promise<void> {
    const now = stamp(clock)
    const status = isReady ? 'True' : 'False'
    await setStatus(pod, {
      phase: 'Running',
      conditions: [
        { type: 'PodScheduled', status: 'True', lastTransitionTime: now },
        { type: 'Ready', status, lastTransitionTime: now },
      ],
      containerStatuses: [{ name: 'spark', state: { running: { startedAt: now } } }],
    })
  }

  async function spark(cluster: string, executors: number, life = 1): Promise<SparkFixture> {
    const created = await createCluster(api, cluster, executors, life)
    return sparkFixture(api, cluster, life, created)
  }

  return {
    async install() {
      for (const object of workspaceServices({
        ...IDS,
        life: 1,
        serviceAccount: 'control-plane',
        agentImage: 'registry/agent@sha256:abc',
        topic: 'pod-snapshot-prod.acme',
        project: 'kindling',
      })) {
        await api.create(object).catch(unlessThere)
      }
    },
    spark,
    setReady,
    setStatus,
    async running(cluster, executors) {
      const made = await spark(cluster, executors)
      const driver = await made.createDriver()
      const pods = await made.createExecutors(1, executors)
      await Promise.all([driver, ...pods].map((pod) => setReady(pod)))
      return { spark: made, driver, pods }
    },
  }
}

function refOf({
  apiVersion,
  kind,
  metadata: { name, namespace = '' },
}: KubernetesObject): ObjectRef {
  return { apiVersion, kind, namespace, name }
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

function unlessThere(error: unknown): void {
  if (!(error instanceof CallError && error.kind === 'exists')) throw error
}
