// Two lives of one custom resource under one name: what the agent of the first still has to say never stands in the second.
// The version is the only fence, for the API server does not look at whose status a patch says that it is.
import { expect, test } from 'vitest'
import type { PodSnapshot } from '../../events/pod-snapshot.ts'
import { clusterFact } from '../../infra/workspace/agent/cluster-fact.ts'
import { type StatusWriter, statusWriter } from '../../infra/workspace/agent/status-writer.ts'
import type { KubernetesObject } from '../../shared/manifests/object.ts'
import { sparkCluster } from '../../shared/manifests/spark-cluster.ts'
import { SPARK_CLUSTER, sparkClusterDefinition } from '../../shared/manifests/spark-cluster-crd.ts'
import type { Kubernetes } from '../../shared/ports.ts'
import { type KubernetesSubject, refOf, refusal } from './kubernetes-subject.ts'
import { widgets } from './kubernetes-widgets.ts'

export function livesTests(subject: KubernetesSubject): void {
  test('a status at the version of an earlier life is a conflict, the uid of one is not looked at', async () => {
    const { widget } = await widgets(subject)
    const first = await subject.kubernetes.create(widget('a', { size: 1 }))
    await subject.kubernetes.delete(refOf(first))
    const second = await subject.kubernetes.create(widget('a', { size: 1 }))
    const { uid = '', resourceVersion = '' } = first.metadata
    const write = (metadata: object, ready: number): Promise<KubernetesObject> =>
      subject.kubernetes.patch(
        refOf(second),
        { metadata: { ...metadata }, status: { ready } },
        { subresource: 'status' },
      )
    expect(await refusal(write({ resourceVersion }, 1))).toBe('conflict')
    expect((await subject.must(refOf(second))).status).toBeUndefined()
    const written = await write({ uid }, 2)
    expect([written.metadata.uid, written.status]).toEqual([second.metadata.uid, { ready: 2 }])
  })

  test("the agent's late word of an earlier life leaves the next one's status", async () => {
    const { create, replace } = await lives(subject)
    const first = await create()
    const early = writerOf(subject.kubernetes, first)
    await early.write(word(first, 1))
    const second = await replace(first)
    const late = writerOf(subject.kubernetes, second)
    await early.write(word(first, 2))
    expect((await subject.must(refOf(second))).status).toBeUndefined()
    await late.write(word(second, 3))
    await early.write(word(first, 4))
    expect((await subject.must(refOf(second))).status).toMatchObject({ sequence: 3 })
  })

  test('it leaves it also when the next life begins between its look and its write', async () => {
    const { create, replace } = await lives(subject)
    const first = await create()
    const between = new Map<number, () => Promise<unknown>>()
    let patches = 0
    const early = writerOf(
      {
        ...subject.kubernetes,
        get: (ref) => subject.kubernetes.get(ref),
        async patch(...of) {
          await between.get(++patches)?.()
          return await subject.kubernetes.patch(...of)
        },
      },
      first,
    )
    let second: KubernetesObject | undefined
    // Somebody else's write makes the first patch a conflict, so that the writer looks and tries again.
    between.set(1, () =>
      subject.kubernetes.patch(refOf(first), { metadata: { labels: { by: 'other' } } }),
    )
    between.set(2, async () => {
      second = await replace(first)
      await writerOf(subject.kubernetes, second).write(word(second, 7))
    })
    await early.write(word(first, 9))
    expect(patches).toBe(2)
    expect((await subject.must(refOf(first))).metadata.uid).toBe(second?.metadata.uid)
    expect((await subject.must(refOf(first))).status).toMatchObject({ sequence: 7 })
  })
}

interface Lives {
  readonly create: () => Promise<KubernetesObject>
  /** Another life under its name. */
  readonly replace: (one: KubernetesObject) => Promise<KubernetesObject>
}

/** Spark clusters in a new namespace. */
async function lives(subject: KubernetesSubject): Promise<Lives> {
  const definition = sparkClusterDefinition({})
  await subject.kubernetes.create(definition).catch(() => subject.must(refOf(definition)))
  subject.cleanUp(refOf(definition))
  const namespace = await subject.namespace()
  await subject.eventually('Spark clusters are served', () =>
    subject.kubernetes.list({ ...SPARK_CLUSTER, namespace }).catch(() => undefined),
  )
  const size = { cpuMilli: 1000, memoryMib: 1024, cores: 1, heapMib: 512 }
  const nodes = { machineType: 'e2-standard-4', pool: 'e2-standard-4', size }
  const object = sparkCluster({
    account: 'acme',
    workspace: 'prod',
    cluster: 'etl',
    namespace,
    life: 1,
    generation: 1,
    runtime: '17.3.x-scala2.13',
    image: 'registry/spark@sha256:abc',
    driver: nodes,
    executors: { ...nodes, count: 1, spot: false },
  })
  const create = (): Promise<KubernetesObject> => subject.kubernetes.create(object)
  return {
    create,
    async replace(one) {
      await subject.kubernetes.delete(refOf(one))
      return await create()
    },
  }
}

function writerOf(kubernetes: Kubernetes, resource: KubernetesObject): StatusWriter {
  const fact = clusterFact(resource)
  if (!fact) throw new Error('no custom resource of a Spark cluster')
  return statusWriter(kubernetes, fact)
}

function word({ metadata: { uid = '' } }: KubernetesObject, sequence: number): PodSnapshot {
  return {
    cluster: 'etl',
    uid,
    term: 1,
    sequence,
    observedAt: sequence,
    level: {
      driver: 'pending',
      executors: { total: 0, ready: 0, failed: 0 },
      failures: [],
      phases: {},
    },
  }
}
