// Owner references: what is owned goes with its owner, and the three ways to delete an owner.
import { expect, test } from 'vitest'
import type { KubernetesObject, OwnerReference } from '../../shared/manifests/object.ts'
import { configMap, type KubernetesSubject, refOf } from './kubernetes-subject.ts'

const finalizer = 'kindling.dev/contract'

function ownedBy(owner: KubernetesObject, more: object = {}): OwnerReference {
  const { apiVersion, kind, metadata } = owner
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid ?? '', ...more }
}

function withMetadata(object: KubernetesObject, more: object): KubernetesObject {
  return { ...object, metadata: { ...object.metadata, ...more } }
}

export function ownershipTests(subject: KubernetesSubject): void {
  ownerTests(subject)
  propagationTests(subject)
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
    expect(await subject.gone(refOf(owner))).toBe(true)
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
    expect(await subject.gone(refOf(late))).toBe(true)
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
    expect(await subject.gone(refOf(owned))).toBe(true)
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
    expect(await subject.gone(refOf(owned))).toBe(true)
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
    expect(await subject.gone(refOf(owner))).toBe(true)
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
    expect(await subject.gone(refOf(owner))).toBe(true)
  })

  test('Background takes the owner at once', async () => {
    const [owner, owned] = await ownerAndOwned({})
    await subject.kubernetes.delete(refOf(owner), { propagation: 'Background' })
    expect(await subject.kubernetes.get(refOf(owner))).toBeUndefined()
    expect(await subject.gone(refOf(owned))).toBe(true)
  })
}
