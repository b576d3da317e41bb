// Pods that run: they start, become Ready, and end; a Deployment's, an executor's, and a thousand at once.
import { expect, test } from 'vitest'
import { type KubernetesSubject, refOf } from './kubernetes-subject.ts'
import { watching } from './kubernetes-watching.ts'
import { condition, isReady, ready, site } from './kubernetes-site.ts'

export function podTests(subject: KubernetesSubject): void {
  runningTests(subject)
  sparkTests(subject)
  deploymentTests(subject)
  crowdTest(subject)
}

function runningTests(subject: KubernetesSubject): void {
  test('a pod runs on a node with room, and says so as a real one does', async () => {
    const { node, pod } = await site(subject)
    const { metadata } = await node('4')
    const running = await ready(subject, await subject.kubernetes.create(pod('a')))
    expect(running.spec?.['nodeName']).toBe(metadata.name)
    expect(running.status).toMatchObject({
      phase: 'Running',
      podIP: expect.stringMatching(/^[\d.]+$/),
    })
    expect(running.status?.['startTime']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    for (const type of ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready']) {
      expect(condition(running, type)).toMatchObject({
        status: 'True',
        lastTransitionTime: expect.any(String),
      })
    }
    expect(running.status?.['containerStatuses']).toMatchObject([
      {
        name: 'main',
        ready: true,
        restartCount: 0,
        state: { running: { startedAt: expect.any(String) } },
      },
    ])
  })

  test('a running pod that is deleted is marked first, then goes', async () => {
    const { namespace, node, pod } = await site(subject)
    await node('4')
    const running = await ready(subject, await subject.kubernetes.create(pod('a')))
    const { resourceVersion = '' } = running.metadata
    const watch = watching(
      subject,
      { apiVersion: 'v1', kind: 'Pod', namespace },
      { resourceVersion },
    )
    await subject.kubernetes.delete(refOf(running))
    expect(await subject.gone(refOf(running))).toBe(true)
    await subject.eventually(
      'the watch saw it',
      async () => watch.events.at(-1)?.type === 'DELETED',
    )
    await watch.stop()
    const [first] = watch.events
    expect(first?.type).toBe('MODIFIED')
    expect(first?.object.metadata).toMatchObject({
      deletionTimestamp: expect.any(String),
      deletionGracePeriodSeconds: 1,
    })
  })

  test('a grace period of zero takes a running pod at once', async () => {
    const { node, pod } = await site(subject)
    await node('4')
    const running = await ready(subject, await subject.kubernetes.create(pod('a')))
    await subject.kubernetes.delete(refOf(running), { gracePeriodSeconds: 0 })
    expect(await subject.kubernetes.get(refOf(running))).toBeUndefined()
  })

  test('the pods of a node that is deleted go', async () => {
    const { node, pod } = await site(subject)
    const host = await node('4')
    const running = await ready(subject, await subject.kubernetes.create(pod('a')))
    await subject.kubernetes.delete(refOf(host))
    expect(await subject.gone(refOf(running))).toBe(true)
  })

  test('a namespace with running pods goes', async () => {
    const { namespace, node, pod } = await site(subject)
    await node('4')
    await Promise.all(
      ['a', 'b', 'c'].map(
        async (name) => await ready(subject, await subject.kubernetes.create(pod(name))),
      ),
    )
    const ref = { apiVersion: 'v1', kind: 'Namespace', name: namespace }
    await subject.kubernetes.delete(ref)
    expect(await subject.gone(ref)).toBe(true)
  })
}

const role = (name: string) => ({ labels: { 'kindling.dev/role': name } })

function sparkTests(subject: KubernetesSubject): void {
  test('an executor is ready when its driver is, not before', async () => {
    const { node, pod } = await site(subject)
    await node('4')
    const executor = await subject.kubernetes.create(pod('executor', {}, role('executor')))
    const running = await subject.eventually('the executor runs', async () => {
      const now = await subject.must(refOf(executor))
      return now.status?.['phase'] === 'Running' && now
    })
    expect(isReady(running)).toBe(false)
    await ready(subject, await subject.kubernetes.create(pod('driver', {}, role('driver'))))
    await ready(subject, executor)
  })
}

function deploymentTests(subject: KubernetesSubject): void {
  test('a Deployment gets its pods, is scaled, and takes them along', async () => {
    const { namespace, node, pod } = await site(subject)
    await node('8')
    const labels = { app: 'web' }
    const deployment = await subject.kubernetes.create({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace },
      spec: {
        replicas: 3,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { ...pod('unused').spec } },
      },
    })
    const readyReplicas = (count: number): Promise<unknown> =>
      subject.eventually(`${count} replicas ready`, async () => {
        const { status } = await subject.must(refOf(deployment))
        return (status?.['readyReplicas'] ?? 0) === count && (status?.['replicas'] ?? 0) === count
      })
    await readyReplicas(3)
    const pods = { apiVersion: 'v1', kind: 'Pod', namespace }
    const { items } = await subject.kubernetes.list(pods, { labelSelector: 'app=web' })
    expect(items).toHaveLength(3)
    for (const { metadata } of items) {
      expect(metadata.ownerReferences).toMatchObject([{ kind: 'ReplicaSet', controller: true }])
      expect(metadata.labels).toHaveProperty('pod-template-hash')
    }
    await subject.kubernetes.patch(refOf(deployment), { spec: { replicas: 1 } })
    await readyReplicas(1)
    await subject.kubernetes.delete(refOf(deployment))
    await subject.eventually('no pods are left', async () => {
      const left = await subject.kubernetes.list(pods, { labelSelector: 'app=web' })
      return left.items.length === 0
    })
  })
}

function crowdTest(subject: KubernetesSubject): void {
  test('a thousand pods created in parallel are all placed and ready, each once, as a watch sees it', async () => {
    const { namespace, label, node, pod } = await site(subject)
    const kind = { apiVersion: 'v1', kind: 'Pod', namespace }
    const { resourceVersion } = await subject.kubernetes.list(kind)
    const watch = watching(subject, kind, { resourceVersion, resumes: true })
    const names = Array.from({ length: 1000 }, (_, index) => `p-${String(index).padStart(3, '0')}`)
    await Promise.all(Array.from({ length: 250 }, () => node('4')))
    await Promise.all(names.map((name) => subject.kubernetes.create(pod(name))))
    const readyNames = (): Set<string> =>
      new Set(
        watch.events
          .filter(({ object }) => isReady(object))
          .map(({ object }) => object.metadata.name),
      )
    await subject.eventually('all are ready', async () => readyNames().size === 1000)
    await watch.stop()

    const added = watch.events
      .filter(({ type }) => type === 'ADDED')
      .map(({ object }) => object.metadata.name)
    expect(added.sort()).toEqual(names)
    expect(watch.events.filter(({ type }) => type === 'DELETED')).toEqual([])
    const versions = watch.events.map(({ object }) => Number(object.metadata.resourceVersion))
    expect(new Set(versions).size).toBe(versions.length)
    const { items } = await subject.kubernetes.list(kind)
    const perNode = new Map<unknown, number>()
    for (const { spec } of items)
      perNode.set(spec?.['nodeName'], (perNode.get(spec?.['nodeName']) ?? 0) + 1)
    expect(perNode.size).toBe(250)
    expect(new Set(perNode.values())).toEqual(new Set([4]))
    const nodes = await subject.kubernetes.list(
      { apiVersion: 'v1', kind: 'Node' },
      { labelSelector: `site=${label}` },
    )
    expect(nodes.items).toHaveLength(250)
  }, 120_000)
}
