// Changes of one object: merge patches, versions, generations, and the status apart from the rest.
import { expect, test } from 'vitest'
import type { KubernetesObject } from '../../shared/manifests/object.ts'
import {
  configMap,
  errorOf,
  idlePod,
  type KubernetesSubject,
  refOf,
  refusal,
} from './kubernetes-subject.ts'

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

export function changeTests(subject: KubernetesSubject): void {
  patchTests(subject)
  versionTests(subject)
  statusTests(subject)
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
    expect(
      await refusal(subject.kubernetes.patch(refOf(configMap(namespace, 'a')), { data: {} })),
    ).toBe('not-found')
  })

  test('name and uid cannot be patched', async () => {
    const namespace = await subject.namespace()
    const created = await subject.kubernetes.create(configMap(namespace, 'a'))
    expect(
      await refusal(subject.kubernetes.patch(refOf(created), { metadata: { name: 'b' } })),
    ).toBe('invalid')
    expect(
      await refusal(subject.kubernetes.patch(refOf(created), { metadata: { uid: 'other' } })),
    ).toBe('conflict')
  })

  test('a patch to an invalid label is refused and changes nothing', async () => {
    const namespace = await subject.namespace()
    const created = await subject.kubernetes.create(configMap(namespace, 'a'))
    const patch = { metadata: { labels: { a: 'b c' } } }
    expect(await refusal(subject.kubernetes.patch(refOf(created), patch))).toBe('invalid')
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
    const error = await errorOf(again)
    expect(error.kind).toBe('conflict')
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
    expect(await refusal(again)).toBe('conflict')
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
