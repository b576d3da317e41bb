// Pods that run: they find a node with room, start, become Ready, and end; nodes come and go under them.
import { expect, test } from 'vitest'
import type { JsonObject, KubernetesObject } from '../../shared/manifests/object.ts'
import { idlePod, type KubernetesSubject, refOf, refused } from './kubernetes-contract.ts'
import { watching } from './kubernetes-contract-watches.ts'

const image = 'registry.invalid/pause:1'

interface Condition {
  readonly type: string
  readonly status: string
  readonly reason?: string
  readonly message?: string
}

function condition(object: KubernetesObject, type: string): Condition | undefined {
  const conditions = object.status?.['conditions']
  if (!Array.isArray(conditions)) return undefined
  return (conditions as Condition[]).find((each) => each.type === type)
}

function isReady(object: KubernetesObject): boolean {
  return condition(object, 'Ready')?.status === 'True'
}

/** Nodes and pods of one test: the nodes are tainted, so that only its own pods can use them. */
interface Site {
  readonly namespace: string
  readonly label: string
  node(
    cpu: string,
    more?: { readonly ready?: 'True' | 'False'; readonly taints?: readonly JsonObject[] },
  ): Promise<KubernetesObject>
  /** One that goes to this test's nodes. */
  pod(name: string, spec?: object, metadata?: object): KubernetesObject
}

async function site(subject: KubernetesSubject): Promise<Site> {
  const namespace = await subject.namespace()
  const label = subject.unique('site')
  return {
    namespace,
    label,
    async node(cpu, { ready = 'True', taints = [] } = {}) {
      const now = `${new Date(subject.clock.now()).toISOString().slice(0, 19)}Z`
      const node = await subject.kubernetes.create({
        apiVersion: 'v1',
        kind: 'Node',
        metadata: {
          name: subject.unique('node'),
          labels: { site: label },
          annotations: { 'kwok.x-k8s.io/node': 'fake' },
        },
        spec: { taints: [{ key: 'site', value: label, effect: 'NoSchedule' }, ...taints] },
        status: {
          allocatable: { cpu, memory: '64Gi', pods: '32' },
          capacity: { cpu, memory: '64Gi', pods: '32' },
          conditions: [
            { type: 'Ready', status: ready, reason: 'KubeletReady', lastTransitionTime: now },
          ],
        },
      })
      subject.cleanUp(refOf(node))
      return node
    },
    pod: (name, spec = {}, metadata = {}) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace, ...metadata },
      spec: {
        nodeSelector: { site: label },
        tolerations: [{ key: 'site', operator: 'Equal', value: label, effect: 'NoSchedule' }],
        terminationGracePeriodSeconds: 1,
        containers: [{ name: 'main', image, resources: { requests: { cpu: '1' } } }],
        ...spec,
      },
    }),
  }
}

export function podTests(subject: KubernetesSubject): void {
  const ready = (pod: KubernetesObject): Promise<KubernetesObject> =>
    subject.eventually(`${pod.metadata.name} ready`, async () => {
      const now = await subject.must(refOf(pod))
      return isReady(now) && now
    })
  const unschedulable = (pod: KubernetesObject): Promise<Condition> =>
    subject.eventually(`${pod.metadata.name} unschedulable`, async () => {
      const scheduled = condition(await subject.must(refOf(pod)), 'PodScheduled')
      return scheduled?.reason === 'Unschedulable' && scheduled
    })
  const create = (object: KubernetesObject): Promise<KubernetesObject> =>
    subject.kubernetes.create(object)

  runningTests(subject, create, ready)
  placementTests(subject, create, ready, unschedulable)
  bindingTests(subject)
  sparkTests(subject, create, ready)
  deploymentTests(subject)
  crowdTest(subject)
}

type Create = (object: KubernetesObject) => Promise<KubernetesObject>

function runningTests(subject: KubernetesSubject, create: Create, ready: Create): void {
  test('a pod runs on a node with room, and says so as a real one does', async () => {
    const { node, pod } = await site(subject)
    const { metadata } = await node('4')
    const running = await ready(await create(pod('a')))
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
    const running = await ready(await create(pod('a')))
    const { resourceVersion = '' } = running.metadata
    const watch = watching(
      subject,
      { apiVersion: 'v1', kind: 'Pod', namespace },
      { resourceVersion },
    )
    await subject.kubernetes.delete(refOf(running))
    await subject.isGone(refOf(running))
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
    const running = await ready(await create(pod('a')))
    await subject.kubernetes.delete(refOf(running), { gracePeriodSeconds: 0 })
    expect(await subject.kubernetes.get(refOf(running))).toBeUndefined()
  })

  test('the pods of a node that is deleted go', async () => {
    const { node, pod } = await site(subject)
    const host = await node('4')
    const running = await ready(await create(pod('a')))
    await subject.kubernetes.delete(refOf(host))
    await subject.isGone(refOf(running))
  })

  test('a namespace with running pods goes', async () => {
    const { namespace, node, pod } = await site(subject)
    await node('4')
    await Promise.all(['a', 'b', 'c'].map(async (name) => await ready(await create(pod(name)))))
    const ref = { apiVersion: 'v1', kind: 'Namespace', name: namespace }
    await subject.kubernetes.delete(ref)
    await subject.isGone(ref)
  })
}

function placementTests(
  subject: KubernetesSubject,
  create: Create,
  ready: Create,
  unschedulable: (pod: KubernetesObject) => Promise<Condition>,
): void {
  test('a pod waits for its node, says why, and is placed when it comes', async () => {
    const { node, pod } = await site(subject)
    const waiting = await create(pod('a'))
    const why = await unschedulable(waiting)
    expect(why.status).toBe('False')
    expect(why.message).toMatch(/nodes? (are )?available/)
    await node('4')
    await ready(waiting)
  })

  test('a node is filled by requests, and what leaves it makes room', async () => {
    const { node, pod } = await site(subject)
    await node('2')
    const first = await ready(await create(pod('a')))
    await ready(await create(pod('b')))
    const third = await create(pod('c'))
    expect((await unschedulable(third)).message).toContain('Insufficient cpu')
    await subject.kubernetes.delete(refOf(first))
    await ready(third)
  })

  test('init containers count by the largest of them', async () => {
    const { node, pod } = await site(subject)
    await node('2')
    const init = { name: 'init', image, resources: { requests: { cpu: '3' } } }
    const tooBig = await create(pod('a', { initContainers: [init] }))
    expect((await unschedulable(tooBig)).message).toContain('Insufficient cpu')
    const smaller = { ...init, resources: { requests: { cpu: '2' } } }
    const fits = { ...pod('b', { initContainers: [smaller] }) }
    const placed = await create(fits)
    await subject.eventually(
      'it is placed',
      async () => (await subject.must(refOf(placed))).spec?.['nodeName'],
    )
  })

  test('a taint keeps pods away that do not tolerate it', async () => {
    const { node, pod, label } = await site(subject)
    await node('4', { taints: [{ key: 'special', value: 'yes', effect: 'NoSchedule' }] })
    const plain = await create(pod('a'))
    expect((await unschedulable(plain)).message).toContain('untolerated taint')
    const tolerations = [
      { key: 'site', operator: 'Equal', value: label, effect: 'NoSchedule' },
      { key: 'special', operator: 'Exists' },
    ]
    await ready(await create(pod('b', { tolerations })))
  })

  test('a node that is not ready gets no pods until it is', async () => {
    const { node, pod } = await site(subject)
    const taints = [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }]
    const host = await node('4', { ready: 'False', taints })
    const waiting = await create(pod('a'))
    await unschedulable(waiting)
    const now = `${new Date(subject.clock.now()).toISOString().slice(0, 19)}Z`
    const conditions = [
      { type: 'Ready', status: 'True', reason: 'KubeletReady', lastTransitionTime: now },
    ]
    await subject.kubernetes.patch(
      refOf(host),
      { status: { conditions } },
      { subresource: 'status' },
    )
    const kept = (host.spec?.['taints'] as JsonObject[]).filter(({ key }) => key === 'site')
    await subject.kubernetes.patch(refOf(host), { spec: { taints: kept } })
    await ready(waiting)
  })

  test('a node selector is kept to', async () => {
    const { node, pod, label } = await site(subject)
    await node('4')
    const chosen = await node('4')
    const metadata = { labels: { zone: 'b' } }
    await subject.kubernetes.patch(refOf(chosen), { metadata })
    const placed = await ready(await create(pod('a', { nodeSelector: { site: label, zone: 'b' } })))
    expect(placed.spec?.['nodeName']).toBe(chosen.metadata.name)
  })
}

function bindingTests(subject: KubernetesSubject): void {
  const binding = (namespace: string, name: string, node: string): KubernetesObject => ({
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { name, namespace },
    target: { apiVersion: 'v1', kind: 'Node', name: node },
  })

  test('a binding places a pod, once', async () => {
    const { namespace, node } = await site(subject)
    const host = await node('4')
    const pod = await subject.kubernetes.create(idlePod(namespace, 'a'))
    await subject.kubernetes.create(binding(namespace, 'a', host.metadata.name))
    expect((await subject.must(refOf(pod))).spec?.['nodeName']).toBe(host.metadata.name)
    await refused('conflict', subject.kubernetes.create(binding(namespace, 'a', 'elsewhere')))
  })

  test('a pod that is not there cannot be bound', async () => {
    const namespace = await subject.namespace()
    await refused('not-found', subject.kubernetes.create(binding(namespace, 'none', 'somewhere')))
  })
}

function sparkTests(subject: KubernetesSubject, create: Create, ready: Create): void {
  const role = (name: string) => ({ labels: { 'kindling.dev/role': name } })

  test('an executor is ready when its driver is, not before', async () => {
    const { node, pod } = await site(subject)
    await node('4')
    const executor = await create(pod('executor', {}, role('executor')))
    const running = await subject.eventually('the executor runs', async () => {
      const now = await subject.must(refOf(executor))
      return now.status?.['phase'] === 'Running' && now
    })
    expect(isReady(running)).toBe(false)
    await ready(await create(pod('driver', {}, role('driver'))))
    await ready(executor)
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
    const watch = watching(subject, kind, { resourceVersion })
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
