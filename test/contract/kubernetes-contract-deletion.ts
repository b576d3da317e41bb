// Deletion: preconditions, finalizers, owners and what they own, whole namespaces.
import { expect, test } from 'vitest'
import type { KubernetesObject, OwnerReference } from '../../shared/manifests/object.ts'
import {
  configMap,
  configMaps,
  idlePod,
  type KubernetesSubject,
  refOf,
  refused,
} from './kubernetes-contract.ts'
import { watching } from './kubernetes-contract-watches.ts'

const finalizer = 'kindling.dev/contract'

export function ownedBy(owner: KubernetesObject, more: object = {}): OwnerReference {
  const { apiVersion, kind, metadata } = owner
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid ?? '', ...more }
}

function withMetadata(object: KubernetesObject, more: object): KubernetesObject {
  return { ...object, metadata: { ...object.metadata, ...more } }
}

export function deletionTests(subject: KubernetesSubject): void {
  preconditionTests(subject)
  finalizerTests(subject)
  ownerTests(subject)
  propagationTests(subject)
  namespaceTests(subject)
}

function preconditionTests(subject: KubernetesSubject): void {
  test('what is not there cannot be deleted', async () => {
    const namespace = await subject.namespace()
    await refused('not-found', subject.kubernetes.delete(refOf(configMap(namespace, 'a'))))
  })

  test('a delete of another uid is refused and leaves the object', async () => {
    const namespace = await subject.namespace()
    const created = await subject.kubernetes.create(configMap(namespace, 'a'))
    await refused('conflict', subject.kubernetes.delete(refOf(created), { uid: 'another' }))
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
    await refused(
      'exists',
      subject.kubernetes.create(configMap(object.metadata.namespace ?? '', 'a')),
    )
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
    await refused('invalid', subject.kubernetes.patch(refOf(object), more))
    await subject.kubernetes.patch(refOf(object), { metadata: { finalizers: null } })
  })
}

function ownerTests(subject: KubernetesSubject): void {
  test('what is owned goes after its owner, through several levels', async () => {
    const namespace = await subject.namespace()
    let owner = await subject.kubernetes.create(configMap(namespace, 'first'))
    const first = owner
    for (const name of ['second', 'third']) {
      const ownerReferences = [ownedBy(owner, { controller: true })]
      owner = await subject.kubernetes.create(
        withMetadata(configMap(namespace, name), { ownerReferences }),
      )
    }
    await subject.kubernetes.delete(refOf(first))
    await subject.isGone(refOf(owner))
    expect(await subject.kubernetes.get(refOf(configMap(namespace, 'second')))).toBeUndefined()
  })

  test('what names an owner that never was, or an earlier life of one, is collected', async () => {
    const namespace = await subject.namespace()
    const owner = await subject.kubernetes.create(configMap(namespace, 'owner'))
    const never = ownedBy(withMetadata(owner, { uid: 'd9b2d63d-a233-4123-847a-7b7f2a9b6c1e' }))
    const late = await subject.kubernetes.create(
      withMetadata(configMap(namespace, 'late'), { ownerReferences: [never] }),
    )
    const kept = await subject.kubernetes.create(
      withMetadata(configMap(namespace, 'kept'), { ownerReferences: [ownedBy(owner)] }),
    )
    await subject.isGone(refOf(late))
    expect((await subject.must(refOf(kept))).metadata.uid).toBe(kept.metadata.uid)
  })

  test('with two owners it stays until both have gone', async () => {
    const namespace = await subject.namespace()
    const one = await subject.kubernetes.create(configMap(namespace, 'one'))
    const two = await subject.kubernetes.create(configMap(namespace, 'two'))
    const ownerReferences = [ownedBy(one), ownedBy(two)]
    const owned = await subject.kubernetes.create(
      withMetadata(configMap(namespace, 'owned'), { ownerReferences }),
    )
    await subject.kubernetes.delete(refOf(one))
    await subject.eventually('one owner left', async () => {
      const { metadata } = await subject.must(refOf(owned))
      return metadata.ownerReferences?.length === 1
    })
    await subject.kubernetes.delete(refOf(two))
    await subject.isGone(refOf(owned))
  })

  test('a cluster-scoped owner takes what it owns along', async () => {
    const namespace = await subject.namespace()
    const owner = await subject.kubernetes.create({
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name: subject.unique('owner') },
      value: 1,
    })
    const owned = await subject.kubernetes.create(
      withMetadata(configMap(namespace, 'owned'), { ownerReferences: [ownedBy(owner)] }),
    )
    await subject.kubernetes.delete(refOf(owner))
    await subject.isGone(refOf(owned))
  })
}

function propagationTests(subject: KubernetesSubject): void {
  async function ownerAndOwned(more: object): Promise<[KubernetesObject, KubernetesObject]> {
    const namespace = await subject.namespace()
    const owner = await subject.kubernetes.create(configMap(namespace, 'owner'))
    const ownerReferences = [ownedBy(owner, { blockOwnerDeletion: true })]
    const owned = withMetadata(configMap(namespace, 'owned'), { ownerReferences, ...more })
    return [owner, await subject.kubernetes.create(owned)]
  }

  test('Orphan leaves what is owned without an owner', async () => {
    const [owner, owned] = await ownerAndOwned({})
    await subject.kubernetes.delete(refOf(owner), { propagation: 'Orphan' })
    await subject.isGone(refOf(owner))
    const left = await subject.must(refOf(owned))
    expect(left.metadata.ownerReferences ?? []).toEqual([])
    expect(left.metadata.deletionTimestamp).toBeUndefined()
  })

  test('Foreground keeps the owner until what is owned has gone', async () => {
    const [owner, owned] = await ownerAndOwned({ finalizers: [finalizer] })
    await subject.kubernetes.delete(refOf(owner), { propagation: 'Foreground' })
    await subject.eventually('the owned one is marked', async () => {
      const { metadata } = await subject.must(refOf(owned))
      return metadata.deletionTimestamp
    })
    const waiting = await subject.must(refOf(owner))
    expect(waiting.metadata.deletionTimestamp).toBeDefined()
    expect(waiting.metadata.finalizers).toContain('foregroundDeletion')
    await subject.kubernetes.patch(refOf(owned), { metadata: { finalizers: null } })
    await subject.isGone(refOf(owner))
  })

  test('Background takes the owner at once', async () => {
    const [owner, owned] = await ownerAndOwned({})
    await subject.kubernetes.delete(refOf(owner), { propagation: 'Background' })
    expect(await subject.kubernetes.get(refOf(owner))).toBeUndefined()
    await subject.isGone(refOf(owned))
  })
}

function namespaceTests(subject: KubernetesSubject): void {
  const namespaceRef = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', name })

  test('a namespace empties itself and then goes', async () => {
    const namespace = await subject.namespace()
    const pod = await subject.kubernetes.create(idlePod(namespace, 'a'))
    const map = await subject.kubernetes.create(configMap(namespace, 'a'))
    await subject.kubernetes.delete(namespaceRef(namespace))
    await subject.isGone(namespaceRef(namespace))
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
    const error = await refused('denied', subject.kubernetes.create(configMap(namespace, 'b')))
    expect(error.message).toContain('being terminated')
    await subject.eventually('the object is marked', async () => {
      const { metadata } = await subject.must(refOf(object))
      return metadata.deletionTimestamp
    })
    expect(await subject.kubernetes.get(namespaceRef(namespace))).toBeDefined()
    await subject.kubernetes.patch(refOf(object), { metadata: { finalizers: null } })
    await subject.isGone(namespaceRef(namespace))
  })

  test('a name can be used again for another namespace once the first has gone', async () => {
    const namespace = await subject.namespace()
    const first = await subject.must(namespaceRef(namespace))
    await refused('exists', subject.kubernetes.create({ ...first, metadata: { name: namespace } }))
    await subject.kubernetes.delete(namespaceRef(namespace))
    await subject.isGone(namespaceRef(namespace))
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
    await refused('denied', subject.kubernetes.delete(namespaceRef('kube-system')))
  })
}
