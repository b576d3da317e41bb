// Where pods go: nodes with room, that are ready, chosen and tolerated; and bindings.
import { expect, test } from 'vitest'
import type { JsonObject, KubernetesObject } from '../../shared/manifests/object.ts'
import { idlePod, type KubernetesSubject, refOf, refusal } from './kubernetes-subject.ts'
import { image, ready, site, timestamp, unschedulable } from './kubernetes-site.ts'

export function placementTests(subject: KubernetesSubject): void {
  test('a pod waits for its node, says why, and is placed when it comes', async () => {
    const { node, pod } = await site(subject)
    const waiting = await subject.kubernetes.create(pod('a'))
    const why = await unschedulable(subject, waiting)
    expect(why.status).toBe('False')
    expect(why.message).toMatch(/nodes? (are )?available/)
    await node('4')
    await ready(subject, waiting)
  })

  test('a node is filled by requests, and what leaves it makes room', async () => {
    const { node, pod } = await site(subject)
    await node('2')
    const first = await ready(subject, await subject.kubernetes.create(pod('a')))
    await ready(subject, await subject.kubernetes.create(pod('b')))
    const third = await subject.kubernetes.create(pod('c'))
    expect((await unschedulable(subject, third)).message).toContain('Insufficient cpu')
    await subject.kubernetes.delete(refOf(first))
    await ready(subject, third)
  })

  test('init containers count by the largest of them', async () => {
    const { node, pod } = await site(subject)
    await node('2')
    const init = { name: 'init', image, resources: { requests: { cpu: '3' } } }
    const tooBig = await subject.kubernetes.create(pod('a', { initContainers: [init] }))
    expect((await unschedulable(subject, tooBig)).message).toContain('Insufficient cpu')
    const smaller = { ...init, resources: { requests: { cpu: '2' } } }
    const fits = { ...pod('b', { initContainers: [smaller] }) }
    const placed = await subject.kubernetes.create(fits)
    await subject.eventually(
      'it is placed',
      async () => (await subject.must(refOf(placed))).spec?.['nodeName'],
    )
  })

  test('a taint keeps pods away that do not tolerate it', async () => {
    const { node, pod, label } = await site(subject)
    await node('4', { taints: [{ key: 'special', value: 'yes', effect: 'NoSchedule' }] })
    const plain = await subject.kubernetes.create(pod('a'))
    expect((await unschedulable(subject, plain)).message).toContain('untolerated taint')
    const tolerations = [
      { key: 'site', operator: 'Equal', value: label, effect: 'NoSchedule' },
      { key: 'special', operator: 'Exists' },
    ]
    await ready(subject, await subject.kubernetes.create(pod('b', { tolerations })))
  })

  test('a node that is not ready gets no pods until it is', async () => {
    const { node, pod } = await site(subject)
    const taints = [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }]
    const host = await node('4', { ready: 'False', taints })
    const waiting = await subject.kubernetes.create(pod('a'))
    await unschedulable(subject, waiting)
    const now = timestamp(subject)
    const conditions = [
      { type: 'Ready', status: 'True', reason: 'KubeletReady', lastTransitionTime: now },
    ]
    await subject.kubernetes.patch(
      refOf(host),
      { status: { conditions } },
      { subresource: 'status' },
    )
    const kept = ((host.spec?.['taints'] ?? []) as JsonObject[]).filter(({ key }) => key === 'site')
    await subject.kubernetes.patch(refOf(host), { spec: { taints: kept } })
    expect((await ready(subject, waiting)).spec?.['nodeName']).toBe(host.metadata.name)
  })

  test('a pod of higher priority takes the place of a lower one', async () => {
    const { node, pod } = await site(subject)
    const host = await node('1')
    const low = await ready(subject, await subject.kubernetes.create(pod('low')))
    const name = subject.unique('high')
    const important = {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name },
      value: 1000,
    }
    await subject.kubernetes.create(important)
    subject.cleanUp(refOf(important))
    const high = await subject.kubernetes.create(pod('high', { priorityClassName: name }))
    const placed = await ready(subject, high)
    expect(placed.spec?.['nodeName']).toBe(host.metadata.name)
    expect(await subject.gone(refOf(low))).toBe(true)
  })

  test('a node selector is kept to', async () => {
    const { node, pod, label } = await site(subject)
    await node('4')
    const chosen = await node('4')
    const metadata = { labels: { zone: 'b' } }
    await subject.kubernetes.patch(refOf(chosen), { metadata })
    const placed = await ready(
      subject,
      await subject.kubernetes.create(pod('a', { nodeSelector: { site: label, zone: 'b' } })),
    )
    expect(placed.spec?.['nodeName']).toBe(chosen.metadata.name)
  })
}

const binding = (namespace: string, name: string, node: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Binding',
  metadata: { name, namespace },
  target: { apiVersion: 'v1', kind: 'Node', name: node },
})

export function bindingTests(subject: KubernetesSubject): void {
  test('a binding places a pod, once', async () => {
    const { namespace, node } = await site(subject)
    const host = await node('4')
    const pod = await subject.kubernetes.create(idlePod(namespace, 'a'))
    await subject.kubernetes.create(binding(namespace, 'a', host.metadata.name))
    expect((await subject.must(refOf(pod))).spec?.['nodeName']).toBe(host.metadata.name)
    expect(await refusal(subject.kubernetes.create(binding(namespace, 'a', 'elsewhere')))).toBe(
      'conflict',
    )
  })

  test('a pod that is not there cannot be bound', async () => {
    const namespace = await subject.namespace()
    expect(await refusal(subject.kubernetes.create(binding(namespace, 'none', 'somewhere')))).toBe(
      'not-found',
    )
  })
}
