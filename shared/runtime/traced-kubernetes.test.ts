import { expect, test } from 'vitest'
import { virtualClock } from '../../infra/local/clock.ts'
import { kubernetesEngine } from '../../infra/local/kubernetes/engine.ts'
import { executorPod } from '../manifests/executor-pod.ts'
import { annotationKeys } from '../manifests/labels.ts'
import type { JsonObject, KubernetesObject } from '../manifests/object.ts'
import type { Kubernetes } from '../ports.ts'
import { inTrace } from './trace.ts'
import { tracedKubernetes } from './traced-kubernetes.ts'

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const other = traceparent.replace('0af7', 'beef')
const key = annotationKeys.traceparent
const ref = { apiVersion: 'v1', kind: 'Namespace', name: 'kdl-etl' }
const space: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'kdl-etl', labels: { a: 'b' }, annotations: { note: 'kept' } },
}

function opened(): Kubernetes {
  return tracedKubernetes(kubernetesEngine({ clock: virtualClock() }).face('system:admin'))
}

const within = <T>(trace: string, work: () => Promise<T>): Promise<T> =>
  inTrace(trace, 'attempt', {}, work)

test('what is made within a trace names it in an annotation, beside those that it has', async () => {
  const kubernetes = opened()
  await within(traceparent, () => kubernetes.create(space))
  const { labels, annotations } = (await kubernetes.get(ref))?.metadata ?? {}
  expect(annotations).toEqual({ note: 'kept', [key]: traceparent })
  expect(labels).toEqual((await opened().create(space)).metadata.labels)
})

test('what is changed within another trace names that one from then on', async () => {
  const kubernetes = opened()
  await within(traceparent, () => kubernetes.create(space))
  await within(other, () => kubernetes.patch(ref, { metadata: { annotations: { note: 'new' } } }))
  expect((await kubernetes.get(ref))?.metadata.annotations).toEqual({ note: 'new', [key]: other })
  await within(traceparent, () => kubernetes.patch(ref, { spec: { finalizers: [] } }))
  expect((await kubernetes.get(ref))?.metadata.annotations?.[key]).toBe(traceparent)
})

test('a status is its reporter’s, and work outside any trace names none', async () => {
  const kubernetes = opened()
  const made = await kubernetes.create(space)
  expect(made.metadata.annotations).toEqual({ note: 'kept' })
  const status: JsonObject = { status: { phase: 'Active' } }
  await within(traceparent, () => kubernetes.patch(ref, status, { subresource: 'status' }))
  await kubernetes.patch(ref, { metadata: { labels: { c: 'd' } } })
  expect((await kubernetes.get(ref))?.metadata.annotations).toEqual({ note: 'kept' })
})

test('pods of two traces differ in that annotation only (rule *like-pods*)', async () => {
  const kubernetes = { ...opened(), create: async (object: KubernetesObject) => object }
  const size = { cpuMilli: 1000, memoryMib: 2048, cores: 1, heapMib: 1024 }
  const pod = executorPod({
    account: 'acme',
    workspace: 'prod',
    cluster: 'etl',
    namespace: 'kdl-etl',
    life: 1,
    epoch: 1,
    owner: { name: 'etl', uid: 'u-1' },
    image: 'registry/spark@sha256:abc',
    pool: 'n2-standard-8',
    size,
    index: 1,
    spot: false,
  })
  const made = await within(traceparent, () => tracedKubernetes(kubernetes).create(pod))
  const { annotations, ...metadata } = made.metadata
  expect(annotations).toEqual({ ...pod.metadata.annotations, [key]: traceparent })
  expect({ ...made, metadata: { ...metadata, annotations: pod.metadata.annotations } }).toEqual(pod)
})
