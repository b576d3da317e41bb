// One object at a time: creation, its refusals, and reading.
import { expect, test } from 'vitest'
import { configMap, errorOf, type KubernetesSubject, refOf, refusal } from './kubernetes-subject.ts'

export function objectTests(subject: KubernetesSubject): void {
  creationTests(subject)
  refusalTests(subject)
}

function creationTests(subject: KubernetesSubject): void {
  test('create answers what is stored, with uid, time to the second and version', async () => {
    const namespace = await subject.namespace()
    const created = await subject.kubernetes.create(configMap(namespace, 'a', { data: { x: '1' } }))
    const { uid, creationTimestamp, resourceVersion } = created.metadata
    expect(uid).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    expect(creationTimestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    expect(resourceVersion).toMatch(/^\d+$/)
    expect(created['data']).toEqual({ x: '1' })
    expect(await subject.must(refOf(created))).toEqual(created)
  })

  test('what only the server sets is not taken from the caller', async () => {
    const namespace = await subject.namespace()
    const metadata = { name: 'a', namespace, creationTimestamp: '2001-01-01T00:00:00Z' }
    const created = await subject.kubernetes.create({
      ...configMap(namespace, 'a'),
      metadata: { ...metadata, uid: 'mine' },
    })
    expect(created.metadata.uid).not.toBe('mine')
    expect(created.metadata.creationTimestamp).not.toBe(metadata.creationTimestamp)
  })

  test('get answers undefined for what is not there, in a namespace or without one', async () => {
    const namespace = await subject.namespace()
    expect(await subject.kubernetes.get(refOf(configMap(namespace, 'none')))).toBeUndefined()
    const nowhere = subject.unique('nowhere')
    expect(await subject.kubernetes.get(refOf(configMap(nowhere, 'none')))).toBeUndefined()
  })

  test('the same name is free in another namespace, taken in its own', async () => {
    const [one, other] = [await subject.namespace(), await subject.namespace()]
    await subject.kubernetes.create(configMap(one, 'a'))
    await subject.kubernetes.create(configMap(other, 'a'))
    const error = await errorOf(subject.kubernetes.create(configMap(one, 'a')))
    expect(error.kind).toBe('exists')
    expect(error.message).toContain('"a" already exists')
  })

  test('of many creates of one name, one wins', async () => {
    const namespace = await subject.namespace()
    const tries = Array.from({ length: 12 }, (_, index) =>
      subject.kubernetes.create(configMap(namespace, 'a', { data: { by: String(index) } })),
    )
    const results = await Promise.allSettled(tries)
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
  })

  test('a name used again is another life', async () => {
    const namespace = await subject.namespace()
    const first = await subject.kubernetes.create(configMap(namespace, 'a'))
    await subject.kubernetes.delete(refOf(first))
    const second = await subject.kubernetes.create(configMap(namespace, 'a'))
    expect(second.metadata.uid).not.toBe(first.metadata.uid)
  })

  test('versions increase over kinds', async () => {
    const namespace = await subject.namespace()
    const map = await subject.kubernetes.create(configMap(namespace, 'a'))
    const secret = { ...configMap(namespace, 'a'), kind: 'Secret' }
    const later = await subject.kubernetes.create(secret)
    const versions = [map, later].map(({ metadata }) => Number(metadata.resourceVersion))
    expect(versions[1]).toBeGreaterThan(versions[0] ?? Infinity)
  })
}

function refusalTests(subject: KubernetesSubject): void {
  test('nothing is created in a namespace that is not there', async () => {
    expect(await refusal(subject.kubernetes.create(configMap(subject.unique('none'), 'a')))).toBe(
      'not-found',
    )
  })

  test.each(['Upper', 'under_score', '-first', 'last-', 'two..dots', 'x'.repeat(254), 'sp ace'])(
    'the name %j is refused',
    async (name) => {
      expect(await refusal(subject.kubernetes.create(configMap('default', name)))).toBe('invalid')
    },
  )

  test.each(['with.dot', 'x'.repeat(64), 'Upper'])('the namespace %j is refused', async (name) => {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }
    expect(await refusal(subject.kubernetes.create(namespace))).toBe('invalid')
  })

  test.each([
    ['a label value with a space', { labels: { a: 'b c' } }],
    ['a label value that is too long', { labels: { a: 'x'.repeat(64) } }],
    ['a label key with two slashes', { labels: { 'a/b/c': 'd' } }],
    [
      'an owner without uid',
      { ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'a', uid: '' }] },
    ],
  ])('%s is refused', async (_what, more) => {
    const metadata = { name: 'a', namespace: 'default', ...more }
    expect(
      await refusal(subject.kubernetes.create({ ...configMap('default', 'a'), metadata })),
    ).toBe('invalid')
  })

  test('two controllers of one object are refused', async () => {
    const owner = { apiVersion: 'v1', kind: 'Pod', name: 'a', controller: true }
    const ownerReferences = [
      { ...owner, uid: 'u-1' },
      { ...owner, uid: 'u-2' },
    ]
    const metadata = { name: 'a', namespace: 'default', ownerReferences }
    expect(
      await refusal(subject.kubernetes.create({ ...configMap('default', 'a'), metadata })),
    ).toBe('invalid')
  })

  test('a create that names a version is not done', async () => {
    const metadata = { name: 'a', namespace: 'default', resourceVersion: '5' }
    expect(
      await refusal(subject.kubernetes.create({ ...configMap('default', 'a'), metadata })),
    ).toBe('unknown-outcome')
  })

  test('a namespaced object without a namespace is refused', async () => {
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }
    expect(await refusal(subject.kubernetes.create(object))).toBe('invalid')
  })
}
