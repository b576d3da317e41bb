// Custom resources: served while their definition is there, held to its schema, with a status of their own.
import { expect, test } from 'vitest'
import { widgets } from './kubernetes-widgets.ts'
import { type KubernetesSubject, refOf, refusal } from './kubernetes-subject.ts'
import { watching } from './kubernetes-watching.ts'

export function customTests(subject: KubernetesSubject): void {
  test('a kind without a definition cannot be created, and is not there', async () => {
    const namespace = await subject.namespace()
    const metadata = { name: 'a', namespace }
    const nothing = { apiVersion: 'none.kindling.dev/v1', kind: 'Nothing', metadata }
    expect(await refusal(subject.kubernetes.create(nothing))).toBe('not-found')
    expect(await subject.kubernetes.get(refOf(nothing))).toBeUndefined()
  })

  test('an object is stored with its defaults, without what the schema does not know', async () => {
    const { widget } = await widgets(subject)
    const spec = {
      size: 3,
      extra: 1,
      parts: [{ name: 'p', extra: 2 }],
      free: { any: { thing: 1 } },
    }
    const created = await subject.kubernetes.create(widget('a', spec))
    const kept = { size: 3, colour: 'grey', parts: [{ name: 'p' }], free: { any: { thing: 1 } } }
    expect(created.spec).toEqual(kept)
    expect(created.metadata.generation).toBe(1)
    expect((await subject.must(refOf(created))).spec).toEqual(kept)
  })

  test('what breaks the schema is refused', async () => {
    const { widget } = await widgets(subject)
    for (const spec of [
      {},
      { size: 'big' },
      { size: 0 },
      { size: 1.5 },
      { size: 1, mode: 'other' },
    ]) {
      expect(await refusal(subject.kubernetes.create(widget('a', spec)))).toBe('invalid')
    }
    const created = await subject.kubernetes.create(widget('a', { size: 1 }))
    expect(await refusal(subject.kubernetes.patch(refOf(created), { spec: { size: null } }))).toBe(
      'invalid',
    )
  })

  test('the status is apart, and does not count as a generation', async () => {
    const { widget } = await widgets(subject)
    const created = await subject.kubernetes.create(
      widget('a', { size: 1 }, { status: { ready: 1 } }),
    )
    expect(created.status).toBeUndefined()
    const status = { status: { ready: 2 }, spec: { size: 9 } }
    const written = await subject.kubernetes.patch(refOf(created), status, {
      subresource: 'status',
    })
    expect([written.spec?.['size'], written.status]).toEqual([1, { ready: 2 }])
    const changed = await subject.kubernetes.patch(refOf(created), {
      spec: { size: 9 },
      status: { ready: 7 },
    })
    expect([changed.spec?.['size'], changed.status]).toEqual([9, { ready: 2 }])
    expect([written.metadata.generation, changed.metadata.generation]).toEqual([1, 2])
  })

  test('they are listed, watched and selected as other kinds are', async () => {
    const { kind, widget } = await widgets(subject)
    const { resourceVersion } = await subject.kubernetes.list(kind)
    const watch = watching(subject, kind, { resourceVersion, labelSelector: 'of=me' })
    const mine = widget('a', { size: 1 })
    await subject.kubernetes.create({
      ...mine,
      metadata: { ...mine.metadata, labels: { of: 'me' } },
    })
    await subject.kubernetes.create(widget('b', { size: 1 }))
    await watch.count(1)
    await watch.stop()
    expect(watch.seen()).toEqual(['ADDED a'])
    const { items } = await subject.kubernetes.list(kind, { labelSelector: 'of=me' })
    expect(items.map(({ metadata }) => metadata.name)).toEqual(['a'])
  })

  test('a custom resource owns pods, and takes them along', async () => {
    const { widget } = await widgets(subject)
    const owner = await subject.kubernetes.create(widget('owner', { size: 1 }))
    const { apiVersion, kind, metadata } = owner
    const { namespace = '', name, uid = '' } = metadata
    const pod = await subject.kubernetes.create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: 'owned',
        namespace,
        ownerReferences: [{ apiVersion, kind, name, uid, controller: true }],
      },
      spec: {
        schedulerName: 'nobody',
        containers: [{ name: 'main', image: 'registry.invalid/pause:1' }],
      },
    })
    await subject.kubernetes.delete(refOf(owner))
    expect(await subject.gone(refOf(pod))).toBe(true)
  })

  test('with the definition the objects go', async () => {
    const { definition, widget } = await widgets(subject)
    const created = await subject.kubernetes.create(widget('a', { size: 1 }))
    await subject.kubernetes.delete(refOf(definition))
    expect(await subject.gone(refOf(definition))).toBe(true)
    expect(await subject.gone(refOf(created))).toBe(true)
    await subject.eventually('the kind is not served', async () => {
      const again = subject.kubernetes.create(widget('b', { size: 1 }))
      return await again.then(
        () => false,
        () => true,
      )
    })
  })

  test('a definition that stands can be changed', async () => {
    const { definition } = await widgets(subject)
    const change = { metadata: { labels: { of: 'me' } }, spec: { names: { shortNames: ['wdg'] } } }
    const changed = await subject.kubernetes.patch(refOf(definition), change)
    expect(changed.metadata.labels).toEqual({ of: 'me' })
    expect(changed.spec).toMatchObject({ names: { plural: 'widgets', shortNames: ['wdg'] } })
  })

  test('a definition under another name than its own is refused', async () => {
    const { definition } = await widgets(subject)
    const metadata = { name: 'gadgets.kindling.dev' }
    expect(await refusal(subject.kubernetes.create({ ...definition, metadata }))).toBe('invalid')
  })
}
