// Lists: selectors, pages, order, and the version that a watch can go on from.
import { expect, test } from 'vitest'
import type { KubernetesObject } from '../../shared/manifests/object.ts'
import {
  configMap,
  configMaps,
  type KubernetesSubject,
  refOf,
  refusal,
} from './kubernetes-subject.ts'

/** A real server adds one of its own to each namespace. */
function names(items: readonly KubernetesObject[]): string[] {
  return items.map(({ metadata }) => metadata.name).filter((name) => name !== 'kube-root-ca.crt')
}

export function listTests(subject: KubernetesSubject): void {
  async function fill(
    count: number,
    labels: (index: number) => Record<string, string>,
  ): Promise<string> {
    const namespace = await subject.namespace()
    const made = Array.from({ length: count }, (_, index) => {
      const metadata = {
        name: `m-${String(index).padStart(2, '0')}`,
        namespace,
        labels: labels(index),
      }
      return subject.kubernetes.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata })
    })
    await Promise.all(made)
    return namespace
  }

  test('an empty list has a version', async () => {
    const namespace = await subject.namespace()
    const list = await subject.kubernetes.list({ apiVersion: 'v1', kind: 'Pod', namespace })
    expect(list.items).toEqual([])
    expect(list.resourceVersion).toMatch(/^\d+$/)
    expect(list.continue).toBeUndefined()
  })

  test('items are whole objects in the order of their names', async () => {
    const namespace = await fill(5, () => ({}))
    const { items } = await subject.kubernetes.list(configMaps(namespace))
    expect(names(items)).toEqual(['m-00', 'm-01', 'm-02', 'm-03', 'm-04'])
    for (const item of items) expect(item).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap' })
  })

  test('a label selector takes every term', async () => {
    const namespace = await fill(6, (index) => ({ even: String(index % 2 === 0), all: 'yes' }))
    const some = await subject.kubernetes.list(configMaps(namespace), {
      labelSelector: 'all=yes,even=true',
    })
    expect(names(some.items)).toEqual(['m-00', 'm-02', 'm-04'])
    const none = await subject.kubernetes.list(configMaps(namespace), { labelSelector: 'all=no' })
    expect(none.items).toEqual([])
  })

  test('a list without namespace sees all of them', async () => {
    const mark = subject.unique('mark')
    const one = await fill(2, () => ({ mark }))
    const other = await fill(1, () => ({ mark }))
    const { items } = await subject.kubernetes.list(configMaps(), { labelSelector: `mark=${mark}` })
    const found = items.map(({ metadata }) => metadata.namespace ?? '')
    expect(found.toSorted()).toEqual([one, one, other].toSorted())
  })

  test('a list of a namespace that is not there is empty', async () => {
    const { items } = await subject.kubernetes.list(configMaps(subject.unique('none')))
    expect(items).toEqual([])
  })

  test('pages show one moment, whatever happens between them', async () => {
    const namespace = await fill(7, () => ({ page: 'yes' }))
    const asked = { labelSelector: 'page=yes', limit: 3 }
    const first = await subject.kubernetes.list(configMaps(namespace), asked)
    expect(first.items).toHaveLength(3)
    const metadata = { name: 'm-99', namespace, labels: { page: 'yes' } }
    await subject.kubernetes.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata })
    await subject.kubernetes.delete(refOf(configMap(namespace, 'm-05')))
    const seen = [...first.items]
    let next = first.continue
    while (next !== undefined) {
      const page = await subject.kubernetes.list(configMaps(namespace), {
        ...asked,
        continue: next,
      })
      seen.push(...page.items)
      expect(page.resourceVersion).toBe(first.resourceVersion)
      next = page.continue
    }
    expect(names(seen)).toEqual(['m-00', 'm-01', 'm-02', 'm-03', 'm-04', 'm-05', 'm-06'])
  })

  test('a limit that is not reached gives no next page', async () => {
    const namespace = await fill(2, () => ({ page: 'yes' }))
    const asked = { labelSelector: 'page=yes', limit: 2 }
    const list = await subject.kubernetes.list(configMaps(namespace), asked)
    expect(list.items).toHaveLength(2)
    expect(list.continue).toBeUndefined()
  })

  test('the kinds of a group that is not served cannot be listed', async () => {
    expect(
      await refusal(
        subject.kubernetes.list({ apiVersion: 'none.kindling.dev/v1', kind: 'Nothing' }),
      ),
    ).toBe('not-found')
  })
}
