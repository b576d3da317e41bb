// What is asked of an object before it is stored: quotas, limit ranges, accounts, priorities, and well-formed pods.
import { expect, test } from 'vitest'
import type { JsonObject, KubernetesObject } from '../../shared/manifests/object.ts'
import {
  configMap,
  idlePod,
  type KubernetesSubject,
  refOf,
  refused,
} from './kubernetes-contract.ts'

const image = 'registry.invalid/pause:1'

function asking(namespace: string, name: string, resources: JsonObject): KubernetesObject {
  return idlePod(namespace, name, { containers: [{ name: 'main', image, resources }] })
}

export function admissionTests(subject: KubernetesSubject): void {
  quotaTests(subject)
  limitTests(subject)
  podRuleTests(subject)
}

function quotaTests(subject: KubernetesSubject): void {
  /** A namespace with a quota that has been counted, as creates under one that has not are refused. */
  async function withQuota(hard: JsonObject): Promise<string> {
    const namespace = await subject.namespace()
    const quota = await subject.kubernetes.create({
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'quota', namespace },
      spec: { hard },
    })
    await subject.eventually('the quota is counted', async () => {
      const { status } = await subject.must(refOf(quota))
      return status?.['used'] !== undefined
    })
    return namespace
  }
  const quotaOf = (namespace: string) => ({
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    namespace,
    name: 'quota',
  })

  test('one pod more than the quota has is denied, and says so', async () => {
    const namespace = await withQuota({ pods: '2' })
    await subject.kubernetes.create(idlePod(namespace, 'a'))
    await subject.kubernetes.create(idlePod(namespace, 'b'))
    const error = await refused('denied', subject.kubernetes.create(idlePod(namespace, 'c')))
    expect(error.message).toContain(
      'exceeded quota: quota, requested: pods=1, used: pods=2, limited: pods=2',
    )
    const { status } = await subject.must(quotaOf(namespace))
    expect(status).toMatchObject({ hard: { pods: '2' }, used: { pods: '2' } })
  })

  test('what is deleted makes room again', async () => {
    const namespace = await withQuota({ pods: '1' })
    const first = await subject.kubernetes.create(idlePod(namespace, 'a'))
    await refused('denied', subject.kubernetes.create(idlePod(namespace, 'b')))
    await subject.kubernetes.delete(refOf(first))
    await subject.eventually('room for another', async () => {
      const { status } = await subject.must(quotaOf(namespace))
      return JSON.stringify(status?.['used']) === '{"pods":"0"}'
    })
    await subject.kubernetes.create(idlePod(namespace, 'b'))
  })

  test('cpu and memory are counted as requested', async () => {
    const namespace = await withQuota({ 'requests.cpu': '1', 'requests.memory': '1Gi' })
    const half = { requests: { cpu: '600m', memory: '100Mi' } }
    await subject.kubernetes.create(asking(namespace, 'a', half))
    const cpu = await refused('denied', subject.kubernetes.create(asking(namespace, 'b', half)))
    expect(cpu.message).toContain('requests.cpu=600m')
    const more = { requests: { cpu: '100m', memory: '1Gi' } }
    const memory = await refused('denied', subject.kubernetes.create(asking(namespace, 'c', more)))
    expect(memory.message).toContain('requests.memory=1Gi')
    await subject.kubernetes.create(
      asking(namespace, 'd', { requests: { cpu: '400m', memory: '100Mi' } }),
    )
  })

  test('under a quota on cpu, a pod must say what it asks for', async () => {
    const namespace = await withQuota({ 'requests.cpu': '1' })
    const error = await refused('denied', subject.kubernetes.create(idlePod(namespace, 'a')))
    expect(error.message).toContain('must specify requests.cpu')
  })

  test('a quota of one namespace is none of the next', async () => {
    const namespace = await withQuota({ pods: '0' })
    const other = await subject.namespace()
    await refused('denied', subject.kubernetes.create(idlePod(namespace, 'a')))
    await subject.kubernetes.create(idlePod(other, 'a'))
    await subject.kubernetes.create(configMap(namespace, 'a'))
  })

  test('other kinds are counted by name', async () => {
    const namespace = await withQuota({ 'count/roles.rbac.authorization.k8s.io': '1' })
    const role = (name: string) => ({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name, namespace },
      rules: [],
    })
    await subject.kubernetes.create(role('a'))
    await refused('denied', subject.kubernetes.create(role('b')))
  })

  test('parallel creates never exceed the quota, and each refusal can be told from success', async () => {
    const namespace = await withQuota({ pods: '5' })
    const tries = Array.from({ length: 12 }, (_, index) =>
      subject.kubernetes.create(idlePod(namespace, `p-${index}`)),
    )
    const results = await Promise.allSettled(tries)
    const made = results.filter((result) => result.status === 'fulfilled').length
    expect(made).toBeLessThanOrEqual(5)
    const { items } = await subject.kubernetes.list({ apiVersion: 'v1', kind: 'Pod', namespace })
    expect(items).toHaveLength(made)
    for (const result of results) {
      if (result.status === 'rejected') expect(['denied', 'conflict']).toContain(result.reason.kind)
    }
  })
}

function limitTests(subject: KubernetesSubject): void {
  async function withLimits(limits: JsonObject): Promise<string> {
    const namespace = await subject.namespace()
    await subject.kubernetes.create({
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: { name: 'limits', namespace },
      spec: { limits: [limits] },
    })
    return namespace
  }

  test('a pod that names nothing gets the defaults', async () => {
    const namespace = await withLimits({
      type: 'Container',
      default: { cpu: '500m', memory: '256Mi' },
      defaultRequest: { cpu: '100m', memory: '128Mi' },
    })
    const pod = await subject.kubernetes.create(idlePod(namespace, 'a'))
    expect(pod.spec?.['containers']).toMatchObject([
      {
        resources: {
          requests: { cpu: '100m', memory: '128Mi' },
          limits: { cpu: '500m', memory: '256Mi' },
        },
      },
    ])
  })

  test('what is above the maximum or below the minimum is denied', async () => {
    const namespace = await withLimits({
      type: 'Container',
      max: { cpu: '1' },
      min: { cpu: '100m' },
    })
    const above = { requests: { cpu: '1' }, limits: { cpu: '2' } }
    const high = await refused('denied', subject.kubernetes.create(asking(namespace, 'a', above)))
    expect(high.message).toContain('maximum cpu usage per Container is 1')
    const below = { requests: { cpu: '50m' }, limits: { cpu: '500m' } }
    const low = await refused('denied', subject.kubernetes.create(asking(namespace, 'b', below)))
    expect(low.message).toContain('minimum cpu usage per Container is 100m')
    await subject.kubernetes.create(asking(namespace, 'c', { limits: { cpu: '1' } }))
  })
}

function podRuleTests(subject: KubernetesSubject): void {
  test('a pod gets the defaults that every pod has', async () => {
    const namespace = await subject.namespace()
    const pod = await subject.kubernetes.create(idlePod(namespace, 'a'))
    expect(pod.status).toMatchObject({ phase: 'Pending', qosClass: 'BestEffort' })
    expect(pod.spec).toMatchObject({
      restartPolicy: 'Always',
      serviceAccountName: 'default',
      terminationGracePeriodSeconds: 30,
      priority: 0,
    })
  })

  test('a limit alone is also the request', async () => {
    const namespace = await subject.namespace()
    const pod = await subject.kubernetes.create(asking(namespace, 'a', { limits: { cpu: '1' } }))
    expect(pod.spec?.['containers']).toMatchObject([{ resources: { requests: { cpu: '1' } } }])
  })

  test.each([
    ['no containers', { containers: [] }],
    ['a container without image', { containers: [{ name: 'main' }] }],
    [
      'two containers of one name',
      {
        containers: [
          { name: 'a', image },
          { name: 'a', image },
        ],
      },
    ],
    ['a container name in capitals', { containers: [{ name: 'Main', image }] }],
    [
      'a request above its limit',
      {
        containers: [
          { name: 'a', image, resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } },
        ],
      },
    ],
  ])('a pod with %s is refused', async (_what, spec) => {
    const namespace = await subject.namespace()
    await refused('invalid', subject.kubernetes.create(idlePod(namespace, 'a', spec)))
  })

  test('a quantity that is none is refused', async () => {
    const namespace = await subject.namespace()
    const pod = asking(namespace, 'a', { requests: { cpu: 'much' } })
    await refused('invalid', subject.kubernetes.create(pod))
  })

  test('a service account that is not there is denied', async () => {
    const namespace = await subject.namespace()
    const pod = idlePod(namespace, 'a', { serviceAccountName: 'nobody' })
    const error = await refused('denied', subject.kubernetes.create(pod))
    expect(error.message).toContain('"nobody" not found')
  })

  test('a priority class gives its value, one that is not there is denied', async () => {
    const namespace = await subject.namespace()
    const name = subject.unique('class')
    const priorityClass = {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name },
      value: 4711,
    }
    subject.cleanUp(refOf(await subject.kubernetes.create(priorityClass)))
    const pod = await subject.eventually('the class is known', () =>
      subject.kubernetes
        .create(idlePod(namespace, 'a', { priorityClassName: name }))
        .catch(() => undefined),
    )
    expect(pod.spec?.['priority']).toBe(4711)
    const none = idlePod(namespace, 'b', { priorityClassName: subject.unique('none') })
    await refused('denied', subject.kubernetes.create(none))
    const change = subject.kubernetes.patch(refOf(priorityClass), { value: 1 })
    await refused('invalid', change)
  })

  test('the spec of a pod is fixed, but for images', async () => {
    const namespace = await subject.namespace()
    const pod = await subject.kubernetes.create(idlePod(namespace, 'a'))
    const moved = { spec: { nodeSelector: { other: 'place' } } }
    await refused('invalid', subject.kubernetes.patch(refOf(pod), moved))
    await refused('invalid', subject.kubernetes.patch(refOf(pod), { spec: { nodeName: 'other' } }))
    const [container] = (pod.spec?.['containers'] ?? []) as JsonObject[]
    const containers = [{ ...container, image: 'registry.invalid/pause:2' }]
    const patched = await subject.kubernetes.patch(refOf(pod), { spec: { containers } })
    expect(patched.spec?.['containers']).toMatchObject([{ image: 'registry.invalid/pause:2' }])
  })

  test('a Deployment whose selector misses its own pods is refused', async () => {
    const namespace = await subject.namespace()
    const template = {
      metadata: { labels: { app: 'other' } },
      spec: { containers: [{ name: 'a', image }] },
    }
    const metadata = { name: 'a', namespace }
    const spec = { selector: { matchLabels: { app: 'a' } }, template }
    await refused(
      'invalid',
      subject.kubernetes.create({ apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec }),
    )
  })
}
