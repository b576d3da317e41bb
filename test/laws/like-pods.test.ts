// The law *like-pods*: the autoscaler plans pods that are alike to the letter as one group, so a cluster's executors may
// differ in their name and in the annotation that numbers them, and in nothing else - whichever batch made them.
import { expect, it } from 'vitest'
import { limits } from '../../shared/catalog/limits.ts'
import { minutes } from '../../shared/domain/time.ts'
import { annotationKeys, labelKeys } from '../../shared/manifests/labels.ts'
import type { JsonObject, KubernetesObject } from '../../shared/manifests/object.ts'
import { CLUSTER, type Loop, startLoop, WORKSPACE } from '../loop/fixture.ts'
import { ask, startRunning } from '../loop/lifecycle.ts'
import { die } from '../loop/pod-deaths.ts'
import { askForCluster, askForWorkspace } from '../loop/whole.ts'

function executorsOf({ stack }: Loop): KubernetesObject[] {
  return [...stack.data.clusters.values()]
    .flatMap((engine) => engine.snapshot('v1', 'Pod'))
    .filter(({ metadata }) => metadata.labels?.[labelKeys.role] === 'executor')
}

/** A pod as it was asked for, without name and number. */
function asAsked({ metadata, spec, apiVersion, kind }: KubernetesObject): unknown {
  const { namespace, labels, ownerReferences, finalizers } = metadata
  const annotations = Object.entries(metadata.annotations ?? {})
  const alike = annotations.filter(([key]) => key !== annotationKeys.index)
  const { nodeName: _node, ...asked }: JsonObject = spec ?? {}
  const meta = { namespace, labels, ownerReferences, finalizers, annotations: alike }
  return { apiVersion, kind, metadata: meta, spec: asked }
}

it('executors of all batches are alike but for name and number', async () => {
  const count = 2 * limits.cluster.podsPerBatch + 1
  const loop = await startLoop()
  await askForWorkspace(loop)
  await loop.reach(WORKSPACE, 'RUNNING')
  await askForCluster(loop, { count })
  await loop.reach(CLUSTER, 'RUNNING')
  const pods = executorsOf(loop)
  expect(pods).toHaveLength(count)
  expect(new Set(pods.map((pod) => JSON.stringify(asAsked(pod)))).size).toBe(1)
  const numbers = pods.map(({ metadata }) => Number(metadata.annotations?.[annotationKeys.index]))
  expect(numbers.toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: count }, (_, at) => at + 1),
  )
  await loop.stop()
})

it('executors that a resize adds, or that replace dead ones, are alike to the first in all that pods are grouped by', async () => {
  const loop = await startRunning(2)
  const [first] = executorsOf(loop)
  expect(await ask(loop, 'r-1', { action: 'resize', executors: { count: 60 } })).toMatchObject({
    is: 'accepted',
  })
  const count = (): boolean => executorsOf(loop).length === 60
  await loop.clock.until('60 executors', count, minutes(10))
  await die(loop, executorsOf(loop).slice(0, 1))
  const isReplaced = (): boolean =>
    executorsOf(loop).some(({ metadata }) => metadata.name === 'executor-0001-1-r1')
  await loop.clock.until('the dead one is replaced', isReplaced, minutes(10))
  await loop.clock.until('60 executors', count, minutes(10))
  const groups = executorsOf(loop).map((pod) => JSON.stringify(grouping(pod)))
  expect(new Set(groups)).toEqual(new Set([JSON.stringify(first && grouping(first))]))
  await loop.stop()
})

/** What the autoscaler compares: annotations, such as the trace of a later request, are none of it. */
function grouping(pod: KubernetesObject): unknown {
  const { nodeName: _node, ...spec }: JsonObject = pod.spec ?? {}
  const { labels, ownerReferences } = pod.metadata
  return { labels, ownerReferences, spec }
}
