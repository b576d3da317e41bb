// Watches: every change after a version, once and in order, as the selector sees it; how they end; what is too old.
import { expect, test } from 'vitest'
import { watching } from './kubernetes-watching.ts'
import { widgets } from './kubernetes-widgets.ts'
import {
  configMap,
  configMaps,
  type KubernetesSubject,
  refOf,
  refusal,
} from './kubernetes-subject.ts'

export function watchTests(subject: KubernetesSubject): void {
  changeTests(subject)
  selectorTests(subject)
  endTests(subject)
}

function changeTests(subject: KubernetesSubject): void {
  test('every change after the version of a list comes, in order', async () => {
    const namespace = await subject.namespace()
    await subject.kubernetes.create(configMap(namespace, 'before'))
    const { resourceVersion } = await subject.kubernetes.list(configMaps(namespace))
    const watch = watching(subject, configMaps(namespace), { resourceVersion })
    const created = await subject.kubernetes.create(configMap(namespace, 'a'))
    await subject.kubernetes.patch(refOf(created), { data: { x: '1' } })
    await subject.kubernetes.delete(refOf(created))
    await watch.count(3)
    await watch.stop()
    expect(watch.seen()).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a'])
    const versions = watch.events.map(({ object }) => Number(object.metadata.resourceVersion))
    expect(versions).toEqual([...versions].sort((left, right) => left - right))
    expect(watch.events[0]?.object).toEqual(created)
  })

  test('what happened before the watch was opened, but after the version, comes too', async () => {
    const namespace = await subject.namespace()
    const { resourceVersion } = await subject.kubernetes.list(configMaps(namespace))
    for (const name of ['a', 'b', 'c']) await subject.kubernetes.create(configMap(namespace, name))
    const watch = watching(subject, configMaps(namespace), { resourceVersion })
    await watch.count(3)
    await watch.stop()
    expect(watch.seen()).toEqual(['ADDED a', 'ADDED b', 'ADDED c'])
  })

  test('a deletion shows the last state, at a later version', async () => {
    const namespace = await subject.namespace()
    const created = await subject.kubernetes.create(configMap(namespace, 'a', { data: { x: '1' } }))
    const resourceVersion = created.metadata.resourceVersion ?? ''
    const watch = watching(subject, configMaps(namespace), { resourceVersion })
    await subject.kubernetes.delete(refOf(created))
    await watch.count(1)
    await watch.stop()
    const [event] = watch.events
    expect(event?.object).toMatchObject({
      data: { x: '1' },
      metadata: { uid: created.metadata.uid },
    })
    expect(Number(event?.object.metadata.resourceVersion)).toBeGreaterThan(Number(resourceVersion))
  })

  test('a patch that changes nothing is no event', async () => {
    const namespace = await subject.namespace()
    const created = await subject.kubernetes.create(configMap(namespace, 'a', { data: { x: '1' } }))
    const resourceVersion = created.metadata.resourceVersion ?? ''
    const watch = watching(subject, configMaps(namespace), { resourceVersion })
    await subject.kubernetes.patch(refOf(created), { data: { x: '1' } })
    await subject.kubernetes.patch(refOf(created), { data: { x: '2' } })
    await watch.count(1)
    await watch.stop()
    expect(watch.events.map(({ object }) => object['data'])).toEqual([{ x: '2' }])
  })

  test('a watch of one namespace sees no other; one of all sees both', async () => {
    const [one, other] = [await subject.namespace(), await subject.namespace()]
    const { resourceVersion } = await subject.kubernetes.list(configMaps())
    const inOne = watching(subject, configMaps(one), { resourceVersion })
    const inAll = watching(subject, configMaps(), { resourceVersion, labelSelector: `of=${one}` })
    const labels = { of: one }
    for (const [namespace, name] of [
      [other, 'x'],
      [one, 'y'],
    ] as const) {
      await subject.kubernetes.create({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name, namespace, labels },
      })
    }
    await Promise.all([inOne.count(1), inAll.count(2)])
    await Promise.all([inOne.stop(), inAll.stop()])
    expect([inOne.seen(), inAll.seen()]).toEqual([['ADDED y'], ['ADDED x', 'ADDED y']])
  })

  test('resumed from the last version seen, nothing is lost and nothing comes twice', async () => {
    const namespace = await subject.namespace()
    let { resourceVersion } = await subject.kubernetes.list(configMaps(namespace))
    const seen: string[] = []
    for (let round = 0; round < 5; round++) {
      const watch = watching(subject, configMaps(namespace), { resourceVersion })
      await subject.kubernetes.create(configMap(namespace, `m-${round}`))
      await watch.count(1)
      await watch.stop()
      seen.push(...watch.seen())
      resourceVersion = watch.events.at(-1)?.object.metadata.resourceVersion ?? resourceVersion
      // Between two watches.
      await subject.kubernetes.create(configMap(namespace, `n-${round}`))
      const gap = watching(subject, configMaps(namespace), { resourceVersion })
      await gap.count(1)
      await gap.stop()
      seen.push(...gap.seen())
      resourceVersion = gap.events.at(-1)?.object.metadata.resourceVersion ?? resourceVersion
    }
    expect(seen).toEqual(
      [0, 1, 2, 3, 4].flatMap((round) => [`ADDED m-${round}`, `ADDED n-${round}`]),
    )
  })

  test('two hundred changes at once reach two watches, each once', async () => {
    const namespace = await subject.namespace()
    const { resourceVersion } = await subject.kubernetes.list(configMaps(namespace))
    const watches = [1, 2].map(() => watching(subject, configMaps(namespace), { resourceVersion }))
    const all = Array.from({ length: 200 }, (_, index) => `m-${index}`)
    await Promise.all(all.map((name) => subject.kubernetes.create(configMap(namespace, name))))
    for (const watch of watches) {
      await watch.count(200)
      await watch.stop()
      expect(watch.seen().sort()).toEqual(all.map((name) => `ADDED ${name}`).sort())
    }
  })
}

function selectorTests(subject: KubernetesSubject): void {
  test('an object that enters the selector is ADDED, one that leaves it DELETED', async () => {
    const namespace = await subject.namespace()
    const created = await subject.kubernetes.create(configMap(namespace, 'a'))
    const resourceVersion = created.metadata.resourceVersion ?? ''
    const chosen = { resourceVersion, labelSelector: 'in=yes' }
    const watch = watching(subject, configMaps(namespace), chosen)
    const label = async (value: string | null): Promise<void> => {
      await subject.kubernetes.patch(refOf(created), { metadata: { labels: { in: value } } })
    }
    await label('no')
    await label('yes')
    await subject.kubernetes.patch(refOf(created), { data: { x: '1' } })
    await label(null)
    await subject.kubernetes.patch(refOf(created), { data: { x: '2' } })
    await label('yes')
    await subject.kubernetes.delete(refOf(created))
    await watch.count(5)
    await watch.stop()
    const types = watch.events.map(({ type }) => type)
    expect(types).toEqual(['ADDED', 'MODIFIED', 'DELETED', 'ADDED', 'DELETED'])
  })

  test('the object of a leaving is at the version of the leaving', async () => {
    const namespace = await subject.namespace()
    const metadata = { name: 'a', namespace, labels: { in: 'yes' } }
    const created = await subject.kubernetes.create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata,
    })
    const resourceVersion = created.metadata.resourceVersion ?? ''
    const chosen = { resourceVersion, labelSelector: 'in=yes' }
    const watch = watching(subject, configMaps(namespace), chosen)
    const left = await subject.kubernetes.patch(refOf(created), {
      metadata: { labels: { in: 'no' } },
    })
    await watch.count(1)
    await watch.stop()
    expect(watch.events[0]?.object.metadata.resourceVersion).toBe(left.metadata.resourceVersion)
  })
}

function endTests(subject: KubernetesSubject): void {
  test('a version from before the history is expired', async () => {
    // Of a kind that has not been there so long.
    const { kind } = await widgets(subject)
    const watch = watching(subject, kind, { resourceVersion: '1' })
    expect(await refusal(watch.ended)).toBe('expired')
  })

  test('a watch ends by itself after its timeout', async () => {
    const namespace = await subject.namespace()
    const { resourceVersion } = await subject.kubernetes.list(configMaps(namespace))
    const watch = watching(subject, configMaps(namespace), { resourceVersion, timeoutSeconds: 1 })
    await watch.ended
    expect(watch.events).toEqual([])
  })

  test('a watch whose signal is aborted ends, also one that was aborted before', async () => {
    const namespace = await subject.namespace()
    const { resourceVersion } = await subject.kubernetes.list(configMaps(namespace))
    const watch = watching(subject, configMaps(namespace), { resourceVersion })
    await subject.kubernetes.create(configMap(namespace, 'a'))
    await watch.count(1)
    await watch.stop()
    const signal = AbortSignal.abort()
    const never = subject.kubernetes.watch(configMaps(namespace), { resourceVersion, signal })
    for await (const event of never) throw new Error(`an aborted watch told ${event.type}`)
    expect(watch.seen()).toEqual(['ADDED a'])
  })

  test('a reader may leave a watch', async () => {
    const namespace = await subject.namespace()
    const { resourceVersion } = await subject.kubernetes.list(configMaps(namespace))
    await subject.kubernetes.create(configMap(namespace, 'a'))
    await subject.kubernetes.create(configMap(namespace, 'b'))
    const { signal } = new AbortController()
    const seen: string[] = []
    for await (const event of subject.kubernetes.watch(configMaps(namespace), {
      resourceVersion,
      signal,
    })) {
      if (event.type !== 'BOOKMARK') seen.push(event.object.metadata.name)
      break
    }
    expect(seen).toEqual(['a'])
  })

  test('a kind that is not served cannot be watched', async () => {
    const kind = { apiVersion: 'none.kindling.dev/v1', kind: 'Nothing' }
    const { resourceVersion } = await subject.kubernetes.list(configMaps('default'))
    expect(await refusal(watching(subject, kind, { resourceVersion }).ended)).toBe('not-found')
  })
}
