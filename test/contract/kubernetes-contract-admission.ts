// What is asked of an object before it is stored: limit ranges, accounts, priorities, and well-formed pods.
import { expect, test } from 'vitest'
import type { JsonObject, KubernetesObject } from '../../shared/manifests/object.ts'
import { errorOf, idlePod, type KubernetesSubject, refOf, refusal } from './kubernetes-subject.ts'

const image = 'registry.invalid/pause:1'

function asking(namespace: string, name: string, resources: JsonObject): KubernetesObject {
  return idlePod(namespace, name, { containers: [{ name: 'main', image, resources }] })
}

export function admissionTests(subject: KubernetesSubject): void {
  limitTests(subject)
  podRuleTests(subject)
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
    const high = await errorOf(subject.kubernetes.create(asking(namespace, 'a', above)))
    expect(high.kind).toBe('denied')
    expect(high.message).toContain('maximum cpu usage per Container is 1')
    const below = { requests: { cpu: '50m' }, limits: { cpu: '500m' } }
    const low = await errorOf(subject.kubernetes.create(asking(namespace, 'b', below)))
    expect(low.kind).toBe('denied')
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
    expect(await refusal(subject.kubernetes.create(idlePod(namespace, 'a', spec)))).toBe('invalid')
  })

  test('a quantity that is none is refused', async () => {
    const namespace = await subject.namespace()
    const pod = asking(namespace, 'a', { requests: { cpu: 'much' } })
    expect(await refusal(subject.kubernetes.create(pod))).toBe('invalid')
  })

  test('a service account that is not there is denied', async () => {
    const namespace = await subject.namespace()
    const pod = idlePod(namespace, 'a', { serviceAccountName: 'nobody' })
    const error = await errorOf(subject.kubernetes.create(pod))
    expect(error.kind).toBe('denied')
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
    expect(await refusal(subject.kubernetes.create(none))).toBe('denied')
    const change = subject.kubernetes.patch(refOf(priorityClass), { value: 1 })
    expect(await refusal(change)).toBe('invalid')
  })

  test('the spec of a pod is fixed, but for images', async () => {
    const namespace = await subject.namespace()
    const pod = await subject.kubernetes.create(idlePod(namespace, 'a'))
    const moved = { spec: { nodeSelector: { other: 'place' } } }
    expect(await refusal(subject.kubernetes.patch(refOf(pod), moved))).toBe('invalid')
    expect(
      await refusal(subject.kubernetes.patch(refOf(pod), { spec: { nodeName: 'other' } })),
    ).toBe('invalid')
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
    expect(
      await refusal(
        subject.kubernetes.create({ apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec }),
      ),
    ).toBe('invalid')
  })
}
