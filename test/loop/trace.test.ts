// One trace from a request to its pods and back: its run, every attempt, every Kubernetes object that is made for it, the
// agent's reports and the facts that users are told.
import { expect, it, vi } from 'vitest'
import { minutes } from '../../shared/domain/time.ts'
import { annotationKeys, labelKeys, MANAGED_BY } from '../../shared/manifests/labels.ts'
import type { KubernetesObject } from '../../shared/manifests/object.ts'
import { SPARK_CLUSTER } from '../../shared/manifests/spark-cluster-crd.ts'
import { spanOf } from '../../shared/runtime/trace.ts'
import { CLUSTER, event, type Loop, startLoop, WORKSPACE } from './fixture.ts'
import { change, startRunning } from './lifecycle.ts'
import { askForCluster, askForWorkspace } from './whole.ts'

const OF_WORKSPACE = '0af7651916cd43dd8448eb211c80319c'
const OF_CLUSTER = 'beef651916cd43dd8448eb211c80319c'
const OF_CHANGE = 'cafe651916cd43dd8448eb211c80319c'

function traced(text: string, traceId: string): string {
  const envelope = JSON.parse(text) as object
  return JSON.stringify({ ...envelope, traceparent: `00-${traceId}-b7ad6b7169203331-01` })
}

/** The trace that something names. */
const traceOf = (traceparent: unknown): string | undefined =>
  spanOf(typeof traceparent === 'string' ? traceparent : undefined)?.traceId

/** The traces that documents of an entity name, those of one collection. */
function inDocuments({ stack }: Loop, holds: (path: string, data: object) => boolean) {
  const documents = stack.store.dump().filter(({ path, data }) => holds(path, data))
  return new Set(documents.map(({ data }) => traceOf(data['traceparent'])))
}

/** Those that Kindling made; GKE has some of its own. */
function objectsOf({ stack }: Loop, apiVersion: string, kind: string): KubernetesObject[] {
  return [...stack.data.clusters.values()]
    .flatMap((engine) => engine.snapshot(apiVersion, kind))
    .filter(({ metadata }) => metadata.labels?.[labelKeys.managedBy] === MANAGED_BY)
}

const inObjects = (objects: readonly KubernetesObject[]): Set<string | undefined> =>
  new Set(
    objects.map(({ metadata }) => traceOf(metadata.annotations?.[annotationKeys.traceparent])),
  )

const isOfCluster = (path: string, data: object): boolean =>
  path.startsWith(`${CLUSTER}/`) || ('entity' in data && data.entity === CLUSTER)

it('goes through run, attempts, pods, the reports on them and the facts', async () => {
  const loop = await startLoop()
  const delivered = vi.spyOn(loop.stack.host, 'deliver')
  await loop.stack.publish(
    'workspace-requested',
    traced(event('workspace-requested', 'w-1'), OF_WORKSPACE),
  )
  await loop.reach(WORKSPACE, 'RUNNING')
  await loop.stack.publish(
    'cluster-requested',
    traced(event('cluster-requested', 'c-1'), OF_CLUSTER),
  )
  await loop.reach(CLUSTER, 'RUNNING')

  for (const part of ['/runs/', '/attempts/', '/facts/', '/observation'] as const) {
    const found = inDocuments(loop, (path, data) => path.includes(part) && isOfCluster(path, data))
    expect([part, ...found]).toEqual([part, OF_CLUSTER])
  }

  const pods = objectsOf(loop, 'v1', 'Pod').filter(({ metadata }) => metadata.ownerReferences)
  const ours = pods.filter(({ metadata }) => metadata.labels?.[labelKeys.cluster] === 'etl')
  expect(ours).toHaveLength(11)
  expect(inObjects(ours)).toEqual(new Set([OF_CLUSTER]))
  expect(inObjects(objectsOf(loop, SPARK_CLUSTER.apiVersion, 'SparkCluster'))).toEqual(
    new Set([OF_CLUSTER]),
  )
  expect(inObjects(objectsOf(loop, 'apps/v1', 'Deployment'))).toEqual(new Set([OF_WORKSPACE]))

  const messages = delivered.mock.calls.flatMap(([name, { data }]) =>
    name === 'pod-ready' ? [JSON.parse(data) as { readonly traceparent?: unknown }] : [],
  )
  expect(messages.length).toBeGreaterThan(0)
  expect(new Set(messages.map(({ traceparent }) => traceOf(traceparent)))).toEqual(
    new Set([OF_CLUSTER]),
  )
  await loop.stop()
})

it('goes on where reports are lost and the sweep asks the cluster itself', async () => {
  const loop = await startLoop({ busKnobs: { drop: (name) => name === 'pod-ready' } })
  await loop.stack.publish(
    'workspace-requested',
    traced(event('workspace-requested', 'w-1'), OF_WORKSPACE),
  )
  await loop.reach(WORKSPACE, 'RUNNING')
  await loop.stack.publish(
    'cluster-requested',
    traced(event('cluster-requested', 'c-1'), OF_CLUSTER),
  )
  await loop.reach(CLUSTER, 'RUNNING')
  const observed = inDocuments(loop, (path) => path.startsWith(`${CLUSTER}/observation`))
  expect(observed).toEqual(new Set([OF_CLUSTER]))
  await loop.stop()
})

it('begins with the request where that names none, one trace for each', async () => {
  const loop = await startLoop()
  await askForWorkspace(loop)
  await loop.reach(WORKSPACE, 'RUNNING')
  await askForCluster(loop)
  await loop.reach(CLUSTER, 'RUNNING')
  const [workspace, ...others] = inDocuments(loop, (path) => path.startsWith(`${WORKSPACE}/runs/`))
  const [cluster, ...more] = inDocuments(loop, (path) => path.startsWith(`${CLUSTER}/runs/`))
  expect([others, more]).toEqual([[], []])
  expect(workspace).toBeDefined()
  expect(cluster).toBeDefined()
  expect(cluster).not.toBe(workspace)
  expect(inObjects(objectsOf(loop, SPARK_CLUSTER.apiVersion, 'SparkCluster'))).toEqual(
    new Set([cluster]),
  )
  await loop.stop()
})

it('of a change is that of what it makes and changes; what stays keeps its own', async () => {
  const loop = await startRunning(2)
  const [before] = inObjects(objectsOf(loop, SPARK_CLUSTER.apiVersion, 'SparkCluster'))
  const request = change('more', { action: 'resize', executors: { count: 3 } })
  await loop.stack.publish('cluster-change-requested', traced(request, OF_CHANGE))
  const hasThree = async (): Promise<boolean> => {
    const cluster = await loop.cluster()
    return cluster.state === 'RUNNING' && cluster.executors.ready === 3
  }
  await loop.clock.until('three executors', hasThree, minutes(10))
  const executors = objectsOf(loop, 'v1', 'Pod').filter(
    ({ metadata }) => metadata.labels?.[labelKeys.role] === 'executor',
  )
  const added = executors.filter((pod) => inObjects([pod]).has(OF_CHANGE))
  const stayed = executors.filter((pod) => !added.includes(pod))
  expect([added.length, stayed.length]).toEqual([1, 2])
  expect(inObjects(stayed)).toEqual(new Set([before]))
  expect(inObjects(objectsOf(loop, SPARK_CLUSTER.apiVersion, 'SparkCluster'))).toEqual(
    new Set([OF_CHANGE]),
  )
  await loop.stop()
})
