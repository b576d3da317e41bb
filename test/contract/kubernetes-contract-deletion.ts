// Deletion: preconditions, finalizers, selections, whole namespaces.
import { expect, test } from 'vitest'
import type { KubernetesObject } from '../../shared/manifests/object.ts'
import {
  configMap,
  configMaps,
  errorOf,
  idlePod,
  type KubernetesSubject,
  refOf,
  refusal,
} from './kubernetes-subject.ts'
import { watching } from './kubernetes-watching.ts'

const finalizer = 'kindling.dev/contract'

function withMetadata(object: KubernetesObject, more: object): KubernetesObject {
  return { ...object, metadata: { ...object.metadata, ...more } }
}

export function deletionTests(subject: KubernetesSubject): void {
  preconditionTests(subject)
  finalizerTests(subject)
  namespaceTests(subject)
}

function preconditionTests(subject: KubernetesSubject): void {
  test('what is not there cannot be deleted', async () => {
    const namespace = await subject.namespace()
    expect(await refusal(subject.kubernetes.delete(refOf(configMap(namespace, 'a'))))).toBe(
      'not-found',
    )
  })

  test('a delete of another uid is refused and leaves the object', async () => {
    const namespace = await subject.namespace()
    const created = await subject.kubernetes.create(configMap(namespace, 'a'))
    expect(await refusal(subject.kubernetes.delete(refOf(created), { uid: 'another' }))).toBe(
      'conflict',
    )
    expect(await subject.must(refOf(created))).toEqual(created)
    await subject.kubernetes.delete(refOf(created), { uid: created.metadata.uid ?? '' })
    expect(await subject.kubernetes.get(refOf(created))).toBeUndefined()
  })

  test('deleteAll takes what the selector matches, in its namespace', async () => {
    const [one, other] = [await subject.namespace(), await subject.namespace()]
    for (const namespace of [one, other]) {
      for (const [name, go] of [
        ['a', 'yes'],
        ['b', 'yes'],
        ['c', 'no'],
      ] as const) {
        await subject.kubernetes.create(
          withMetadata(configMap(namespace, name), { labels: { go } }),
        )
      }
    }
    await subject.kubernetes.deleteAll(configMaps(one), { labelSelector: 'go=yes' })
    for (const [namespace, left] of [
      [one, ['c']],
      [other, ['a', 'b', 'c']],
    ] as const) {
      const { items } = await subject.kubernetes.list(configMaps(namespace), {
        labelSelector: 'go',
      })
      expect(items.map(({ metadata }) => metadata.name)).toEqual(left)
    }
  })

  test('deleteAll of nothing is no error', async () => {
    const namespace = await subject.namespace()
    await subject.kubernetes.deleteAll(configMaps(namespace), { labelSelector: 'none=none' })
    expect(
      await subject.kubernetes.list({ ...configMaps(namespace), kind: 'Secret' }),
    ).toMatchObject({ items: [] })
  })

  test('a pod that no node has goes at once', async () => {
    const namespace = await subject.namespace()
    const pod = await subject.kubernetes.create(idlePod(namespace, 'a'))
    await subject.kubernetes.delete(refOf(pod))
    expect(await subject.kubernetes.get(refOf(pod))).toBeUndefined()
  })
}

function finalizerTests(subject: KubernetesSubject): void {
  async function held(): Promise<KubernetesObject> {
    const namespace = await subject.namespace()
    return await subject.kubernetes.create(
      withMetadata(configMap(namespace, 'a'), { finalizers: [finalizer] }),
    )
  }

  test('an object with a finalizer stays, marked, until the last one is taken away', async () => {
    const object = await held()
    await subject.kubernetes.delete(refOf(object))
    const marked = await subject.must(refOf(object))
    expect(marked.metadata.deletionTimestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    expect(marked.metadata.uid).toBe(object.metadata.uid)
    expect(
      await refusal(subject.kubernetes.create(configMap(object.metadata.namespace ?? '', 'a'))),
    ).toBe('exists')
    await subject.kubernetes.patch(refOf(object), { metadata: { finalizers: null } })
    expect(await subject.kubernetes.get(refOf(object))).toBeUndefined()
  })

  test('watches see the mark as MODIFIED and the end as DELETED', async () => {
    const object = await held()
    const { namespace = '', resourceVersion = '' } = object.metadata
    const watch = watching(subject, configMaps(namespace), { resourceVersion })
    await subject.kubernetes.delete(refOf(object))
    await subject.kubernetes.delete(refOf(object))
    await subject.kubernetes.patch(refOf(object), { metadata: { finalizers: [] } })
    await watch.count(2)
    await watch.stop()
    expect(watch.seen()).toEqual(['MODIFIED a', 'DELETED a'])
  })

  test('a leaving object can be patched, but gets no new finalizer', async () => {
    const object = await held()
    await subject.kubernetes.delete(refOf(object))
    const patched = await subject.kubernetes.patch(refOf(object), { data: { x: '1' } })
    expect(patched['data']).toEqual({ x: '1' })
    const more = { metadata: { finalizers: [finalizer, 'kindling.dev/another'] } }
    expect(await refusal(subject.kubernetes.patch(refOf(object), more))).toBe('invalid')
    await subject.kubernetes.patch(refOf(object), { metadata: { finalizers: null } })
  })
}

const namespaceRef = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', name })

function namespaceTests(subject: KubernetesSubject): void {
  test('a namespace empties itself and then goes', async () => {
    const namespace = await subject.namespace()
    const pod = await subject.kubernetes.create(idlePod(namespace, 'a'))
    const map = await subject.kubernetes.create(configMap(namespace, 'a'))
    await subject.kubernetes.delete(namespaceRef(namespace))
    expect(await subject.gone(namespaceRef(namespace))).toBe(true)
    for (const ref of [refOf(pod), refOf(map)]) {
      expect(await subject.kubernetes.get(ref)).toBeUndefined()
    }
  })

  test('a leaving namespace takes nothing new, and waits for finalizers', async () => {
    const namespace = await subject.namespace()
    const object = await subject.kubernetes.create(
      withMetadata(configMap(namespace, 'a'), { finalizers: [finalizer] }),
    )
    await subject.kubernetes.delete(namespaceRef(namespace))
    const leaving = await subject.must(namespaceRef(namespace))
    expect(leaving.metadata.deletionTimestamp).toBeDefined()
    expect(leaving.status?.['phase']).toBe('Terminating')
    const error = await errorOf(subject.kubernetes.create(configMap(namespace, 'b')))
    expect(error.kind).toBe('denied')
    expect(error.message).toContain('being terminated')
    await subject.eventually('the object is marked', async () => {
      const { metadata } = await subject.must(refOf(object))
      return metadata.deletionTimestamp
    })
    expect(await subject.kubernetes.get(namespaceRef(namespace))).toBeDefined()
    await subject.kubernetes.patch(refOf(object), { metadata: { finalizers: null } })
    expect(await subject.gone(namespaceRef(namespace))).toBe(true)
  })

  test('a name can be used again for another namespace once the first has gone', async () => {
    const namespace = await subject.namespace()
    const first = await subject.must(namespaceRef(namespace))
    expect(
      await refusal(subject.kubernetes.create({ ...first, metadata: { name: namespace } })),
    ).toBe('exists')
    await subject.kubernetes.delete(namespaceRef(namespace))
    expect(await subject.gone(namespaceRef(namespace))).toBe(true)
    const again = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }
    const second = await subject.kubernetes.create(again)
    expect(second.metadata.uid).not.toBe(first.metadata.uid)
    expect(second.status?.['phase']).toBe('Active')
  })

  test('the system namespaces are there', async () => {
    for (const name of ['default', 'kube-system']) {
      const { status } = await subject.must(namespaceRef(name))
      expect(status?.['phase']).toBe('Active')
    }
    expect(await refusal(subject.kubernetes.delete(namespaceRef('kube-system')))).toBe('denied')
  })
}
