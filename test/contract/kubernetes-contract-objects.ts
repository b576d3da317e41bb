// One object at a time: creation and its refusals, reading, merge patches, versions, status apart from the rest.
import { expect, test } from 'vitest'
import type { KubernetesObject } from '../../shared/manifests/object.ts'
import {
  configMap,
  idlePod,
  type KubernetesSubject,
  refOf,
  refused,
} from './kubernetes-contract.ts'

function deployment(namespace: string, name: string): KubernetesObject {
  const labels = { app: name }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      replicas: 0,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'main', image: 'registry.invalid/pause:1' }] },
      },
    },
  }
}

export function objectTests(subject: KubernetesSubject): void {
  creationTests(subject)
  refusalTests(subject)
  patchTests(subject)
  versionTests(subject)
  statusTests(subject)
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
    const error = await refused('exists', subject.kubernetes.create(configMap(one, 'a')))
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
    await refused('not-found', subject.kubernetes.create(configMap(subject.unique('none'), 'a')))
  })

  test.each(['Upper', 'under_score', '-first', 'last-', 'two..dots', 'x'.repeat(254), 'sp ace'])(
    'the name %j is refused',
    async (name) => {
      await refused('invalid', subject.kubernetes.create(configMap('default', name)))
    },
  )

  test.each(['with.dot', 'x'.repeat(64), 'Upper'])('the namespace %j is refused', async (name) => {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }
    await refused('invalid', subject.kubernetes.create(namespace))
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
    await refused('invalid', subject.kubernetes.create({ ...configMap('default', 'a'), metadata }))
  })

  test('two controllers of one object are refused', async () => {
    const owner = { apiVersion: 'v1', kind: 'Pod', name: 'a', controller: true }
    const ownerReferences = [
      { ...owner, uid: 'u-1' },
      { ...owner, uid: 'u-2' },
    ]
    const metadata = { name: 'a', namespace: 'default', ownerReferences }
    await refused('invalid', subject.kubernetes.create({ ...configMap('default', 'a'), metadata }))
  })

  test('a create that names a version is refused', async () => {
    const metadata = { name: 'a', namespace: 'default', resourceVersion: '5' }
    await refused('invalid', subject.kubernetes.create({ ...configMap('default', 'a'), metadata }))
  })

  test('a namespaced object without a namespace is refused', async () => {
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }
    await refused('invalid', subject.kubernetes.create(object))
  })
}

function patchTests(subject: KubernetesSubject): void {
  test('a merge patch adds, replaces and removes keys, and leaves the rest', async () => {
    const namespace = await subject.namespace()
    const data = { keep: '1', change: '1', drop: '1' }
    const created = await subject.kubernetes.create(configMap(namespace, 'a', { data }))
    const patched = await subject.kubernetes.patch(refOf(created), {
      metadata: { labels: { new: 'yes' } },
      data: { change: '2', drop: null, add: '3' },
    })
    expect(patched['data']).toEqual({ keep: '1', change: '2', add: '3' })
    expect(patched.metadata.labels).toEqual({ new: 'yes' })
    expect(patched.metadata.uid).toBe(created.metadata.uid)
    expect(await subject.must(refOf(created))).toEqual(patched)
  })

  test('a merge patch replaces lists whole', async () => {
    const namespace = await subject.namespace()
    const rules = [{ apiGroups: [''], resources: ['pods', 'nodes'], verbs: ['get'] }]
    const metadata = { name: 'a', namespace }
    const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata, rules }
    await subject.kubernetes.create(role)
    const next = [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }]
    const patched = await subject.kubernetes.patch(refOf(role), { rules: next })
    expect(patched['rules']).toEqual(next)
  })

  test('a patch of what is not there is not-found', async () => {
    const namespace = await subject.namespace()
    await refused(
      'not-found',
      subject.kubernetes.patch(refOf(configMap(namespace, 'a')), { data: {} }),
    )
  })

  test('name and uid cannot be patched', async () => {
    const namespace = await subject.namespace()
    const created = await subject.kubernetes.create(configMap(namespace, 'a'))
    await refused('invalid', subject.kubernetes.patch(refOf(created), { metadata: { name: 'b' } }))
    await refused(
      'conflict',
      subject.kubernetes.patch(refOf(created), { metadata: { uid: 'other' } }),
    )
  })

  test('a patch to an invalid label is refused and changes nothing', async () => {
    const namespace = await subject.namespace()
    const created = await subject.kubernetes.create(configMap(namespace, 'a'))
    const patch = { metadata: { labels: { a: 'b c' } } }
    await refused('invalid', subject.kubernetes.patch(refOf(created), patch))
    expect(await subject.must(refOf(created))).toEqual(created)
  })
}

function versionTests(subject: KubernetesSubject): void {
  test('a patch that changes nothing keeps the version', async () => {
    const namespace = await subject.namespace()
    const created = await subject.kubernetes.create(configMap(namespace, 'a', { data: { x: '1' } }))
    const patched = await subject.kubernetes.patch(refOf(created), { data: { x: '1' } })
    expect(patched.metadata.resourceVersion).toBe(created.metadata.resourceVersion)
  })

  test('a patch with the present version and uid is taken, with an old version refused', async () => {
    const namespace = await subject.namespace()
    const created = await subject.kubernetes.create(configMap(namespace, 'a'))
    const { resourceVersion, uid } = created.metadata
    const metadata = { resourceVersion, uid }
    await subject.kubernetes.patch(refOf(created), { metadata, data: { x: '1' } })
    const again = subject.kubernetes.patch(refOf(created), { metadata, data: { x: '2' } })
    const error = await refused('conflict', again)
    expect(error.message).toContain('has been modified')
  })

  test('of many patches from one version, one wins', async () => {
    const namespace = await subject.namespace()
    const created = await subject.kubernetes.create(configMap(namespace, 'a'))
    const { resourceVersion } = created.metadata
    const tries = Array.from({ length: 12 }, (_, index) =>
      subject.kubernetes.patch(refOf(created), {
        metadata: { resourceVersion },
        data: { by: String(index) },
      }),
    )
    const results = await Promise.allSettled(tries)
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
  })

  test('patches without a version all take effect', async () => {
    const namespace = await subject.namespace()
    const created = await subject.kubernetes.create(configMap(namespace, 'a'))
    const keys = Array.from({ length: 12 }, (_, index) => `k${index}`)
    await Promise.all(
      keys.map((key) => subject.kubernetes.patch(refOf(created), { data: { [key]: '1' } })),
    )
    const { data } = await subject.must(refOf(created))
    expect(Object.keys(data ?? {}).sort()).toEqual([...keys].sort())
  })

  test('the generation counts changes of the spec only', async () => {
    const namespace = await subject.namespace()
    const created = await subject.kubernetes.create(deployment(namespace, 'a'))
    expect(created.metadata.generation).toBe(1)
    const labelled = await subject.kubernetes.patch(refOf(created), {
      metadata: { labels: { a: 'b' } },
    })
    expect(labelled.metadata.generation).toBe(1)
    const paused = await subject.kubernetes.patch(refOf(created), { spec: { minReadySeconds: 1 } })
    expect(paused.metadata.generation).toBe(2)
  })
}

function statusTests(subject: KubernetesSubject): void {
  const scheduled = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }

  test('a create does not set the status', async () => {
    const namespace = await subject.namespace()
    const created = await subject.kubernetes.create({
      ...idlePod(namespace, 'a'),
      status: { phase: 'Running' },
    })
    expect(created.status?.['phase']).toBe('Pending')
  })

  test('a patch of the object leaves the status, a patch of the status leaves the object', async () => {
    const namespace = await subject.namespace()
    const created = await subject.kubernetes.create(idlePod(namespace, 'a'))
    const ignored = await subject.kubernetes.patch(refOf(created), { status: { phase: 'Failed' } })
    expect(ignored.status?.['phase']).toBe('Pending')
    const patch = { spec: { nodeName: 'elsewhere' }, status: { conditions: [scheduled] } }
    const patched = await subject.kubernetes.patch(refOf(created), patch, { subresource: 'status' })
    expect(patched.spec?.['nodeName']).toBeUndefined()
    expect(patched.status?.['conditions']).toMatchObject([scheduled])
  })

  test('a patch of the status is held to the version too', async () => {
    const namespace = await subject.namespace()
    const created = await subject.kubernetes.create(idlePod(namespace, 'a'))
    const { resourceVersion } = created.metadata
    const patch = { metadata: { resourceVersion }, status: { conditions: [scheduled] } }
    await subject.kubernetes.patch(refOf(created), patch, { subresource: 'status' })
    const later = { ...patch, status: { conditions: [] } }
    const again = subject.kubernetes.patch(refOf(created), later, { subresource: 'status' })
    await refused('conflict', again)
  })

  test('a node takes its status at creation', async () => {
    const name = subject.unique('node')
    const status = { allocatable: { cpu: '4', memory: '8Gi', pods: '10' } }
    const metadata = { name }
    // Nobody's pods may land here.
    const spec = { unschedulable: true }
    const node = await subject.kubernetes.create({
      apiVersion: 'v1',
      kind: 'Node',
      metadata,
      spec,
      status,
    })
    subject.cleanUp(refOf(node))
    expect(node.status?.['allocatable']).toEqual(status.allocatable)
  })
}
