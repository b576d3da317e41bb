// ResourceQuotas: what they count, what they refuse and in which words, and that parallel creates never exceed them.
import { expect, test } from 'vitest'
import type { JsonObject, KubernetesObject } from '../../shared/manifests/object.ts'
import {
  configMap,
  errorOf,
  idlePod,
  type KubernetesSubject,
  refOf,
  refusal,
} from './kubernetes-subject.ts'

const image = 'registry.invalid/pause:1'

function asking(namespace: string, name: string, resources: JsonObject): KubernetesObject {
  return idlePod(namespace, name, { containers: [{ name: 'main', image, resources }] })
}

const quotaOf = (namespace: string) => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  namespace,
  name: 'quota',
})

export function quotaTests(subject: KubernetesSubject): void {
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

  test('one pod more than the quota has is denied, and says so', async () => {
    const namespace = await withQuota({ pods: '2' })
    await subject.kubernetes.create(idlePod(namespace, 'a'))
    await subject.kubernetes.create(idlePod(namespace, 'b'))
    const error = await errorOf(subject.kubernetes.create(idlePod(namespace, 'c')))
    expect(error.kind).toBe('denied')
    expect(error.message).toContain(
      'exceeded quota: quota, requested: pods=1, used: pods=2, limited: pods=2',
    )
    const { status } = await subject.must(quotaOf(namespace))
    expect(status).toMatchObject({ hard: { pods: '2' }, used: { pods: '2' } })
  })

  test('what is deleted makes room again', async () => {
    const namespace = await withQuota({ pods: '1' })
    const first = await subject.kubernetes.create(idlePod(namespace, 'a'))
    expect(await refusal(subject.kubernetes.create(idlePod(namespace, 'b')))).toBe('denied')
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
    const cpu = await errorOf(subject.kubernetes.create(asking(namespace, 'b', half)))
    expect(cpu.kind).toBe('denied')
    expect(cpu.message).toContain('requests.cpu=600m')
    const more = { requests: { cpu: '100m', memory: '1Gi' } }
    const memory = await errorOf(subject.kubernetes.create(asking(namespace, 'c', more)))
    expect(memory.kind).toBe('denied')
    expect(memory.message).toContain('requests.memory=1Gi')
    await subject.kubernetes.create(
      asking(namespace, 'd', { requests: { cpu: '400m', memory: '100Mi' } }),
    )
  })

  test('under a quota on cpu, a pod must say what it asks for', async () => {
    const namespace = await withQuota({ 'requests.cpu': '1' })
    const error = await errorOf(subject.kubernetes.create(idlePod(namespace, 'a')))
    expect(error.kind).toBe('denied')
    expect(error.message).toContain('must specify requests.cpu')
  })

  test('a quota of one namespace is none of the next', async () => {
    const namespace = await withQuota({ pods: '0' })
    const other = await subject.namespace()
    expect(await refusal(subject.kubernetes.create(idlePod(namespace, 'a')))).toBe('denied')
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
    expect(await refusal(subject.kubernetes.create(role('b')))).toBe('denied')
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
    const refusals = results.flatMap((each) => (each.status === 'rejected' ? each.reason.kind : []))
    for (const kind of refusals) expect(['denied', 'conflict']).toContain(kind)
  })
}
