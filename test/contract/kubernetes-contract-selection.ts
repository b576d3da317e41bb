// Lists and watches as they are on the wire: selectors, pages, bookmarks, the end of the initial events, expiry.
import { expect, test } from 'vitest'
import type { RestBody } from './kubernetes-rest.ts'
import { idlePod, type KubernetesSubject } from './kubernetes-subject.ts'

const namesOf = ({ items = [] }: RestBody): unknown[] =>
  items.map(({ metadata }) => metadata?.['name']).filter((name) => name !== 'kube-root-ca.crt')

interface Line {
  readonly type: string
  readonly object: RestBody
}

export function selectionTests(subject: KubernetesSubject): void {
  async function some(): Promise<string> {
    const namespace = await subject.namespace()
    const path = `/api/v1/namespaces/${namespace}/configmaps`
    const labels = [{ tier: 'a' }, { tier: 'b' }, { tier: 'c', extra: 'yes' }, {}]
    for (const [at, each] of labels.entries()) {
      await subject.rest('POST', path, { body: { metadata: { name: `m-${at}`, labels: each } } })
    }
    return path
  }

  test.each([
    ['tier in (a,b)', ['m-0', 'm-1']],
    ['tier notin (a,b)', ['m-2', 'm-3']],
    ['tier', ['m-0', 'm-1', 'm-2']],
    ['!tier', ['m-3']],
    ['tier!=a', ['m-1', 'm-2', 'm-3']],
    ['tier==a', ['m-0']],
    ['tier,extra=yes', ['m-2']],
    ['tier in (a,b),tier notin (b)', ['m-0']],
  ])('labels are selected by %j', async (selector, names) => {
    const path = await some()
    const { body } = await subject.rest(
      'GET',
      `${path}?labelSelector=${encodeURIComponent(selector)}`,
    )
    expect(namesOf(body)).toEqual(names)
  })

  test.each([
    ['metadata.name=m-1', ['m-1']],
    ['metadata.name!=m-1', ['m-0', 'm-2', 'm-3']],
  ])('fields are selected by %j', async (selector, names) => {
    const path = await some()
    const { body } = await subject.rest(
      'GET',
      `${path}?fieldSelector=${encodeURIComponent(selector)}`,
    )
    expect(namesOf(body)).toEqual(names)
  })

  test('pods are selected by node and phase', async () => {
    const namespace = await subject.namespace()
    const path = `/api/v1/namespaces/${namespace}/pods`
    await subject.rest('POST', path, { body: idlePod(namespace, 'a') })
    await subject.rest('POST', path, { body: idlePod(namespace, 'b') })
    const selected = async (selector: string) =>
      namesOf(
        (await subject.rest('GET', `${path}?fieldSelector=${encodeURIComponent(selector)}`)).body,
      )
    expect(await selected('status.phase=Pending,metadata.name=a')).toEqual(['a'])
    expect(await selected('spec.nodeName=')).toEqual(['a', 'b'])
    expect(await selected('spec.nodeName=none')).toEqual([])
  })

  test('a list says what it is, how much is left and how to go on', async () => {
    const path = await some()
    const first = (await subject.rest('GET', `${path}?limit=2&labelSelector=tier`)).body
    expect(first).toMatchObject({ kind: 'ConfigMapList', apiVersion: 'v1' })
    expect(namesOf(first)).toEqual(['m-0', 'm-1'])
    const token = encodeURIComponent(String(first.metadata?.['continue']))
    const next = (await subject.rest('GET', `${path}?limit=2&labelSelector=tier&continue=${token}`))
      .body
    expect(namesOf(next)).toEqual(['m-2'])
    expect(next.metadata?.['resourceVersion']).toBe(first.metadata?.['resourceVersion'])
    expect(next.metadata).not.toHaveProperty('continue')
    for (const item of next.items ?? []) expect(item).not.toHaveProperty('kind')
  })

  test('what is left is counted where nothing is selected', async () => {
    const namespace = await subject.namespace()
    const path = `/api/v1/namespaces/${namespace}/secrets`
    for (const name of ['a', 'b', 'c'])
      await subject.rest('POST', path, { body: { metadata: { name } } })
    const { body } = await subject.rest('GET', `${path}?limit=1`)
    expect(body.metadata?.['remainingItemCount']).toBe(2)
  })

  async function lines(path: string, count: number): Promise<Line[]> {
    const { text } = await subject.rest('GET', path, { lines: count })
    return text
      .split('\n')
      .slice(0, count)
      .map((line) => JSON.parse(line) as Line)
  }

  test('a watch without a version begins with what is there', async () => {
    const path = await some()
    const [event] = await lines(`${path}?watch=true&fieldSelector=metadata.name%3Dm-0`, 1)
    expect(event).toMatchObject({
      type: 'ADDED',
      object: { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'm-0' } },
    })
  })

  test('initial events end with a bookmark that says so', async () => {
    const path = await some()
    const asked =
      'watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true'
    const events = await lines(`${path}?${asked}&labelSelector=tier`, 4)
    expect(events.map(({ type }) => type)).toEqual(['ADDED', 'ADDED', 'ADDED', 'BOOKMARK'])
    expect(events.at(-1)?.object.metadata?.['annotations']).toEqual({
      'k8s.io/initial-events-end': 'true',
    })
  })

  test('initial events are not sent without saying how new they must be', async () => {
    const path = await some()
    const answer = await subject.rest('GET', `${path}?watch=1&sendInitialEvents=true`)
    expect(answer).toMatchObject({ code: 422, body: { reason: 'Invalid' } })
  })

  test('a watch of one name sees no other', async () => {
    const path = await some()
    const { body } = await subject.rest('GET', path)
    const from = `resourceVersion=${String(body.metadata?.['resourceVersion'])}`
    const watched = lines(
      `${path}?watch=1&${from}&fieldSelector=metadata.name%3Dnew&timeoutSeconds=20`,
      2,
    )
    for (const name of ['old', 'new'])
      await subject.rest('POST', path, { body: { metadata: { name } } })
    await subject.rest('DELETE', `${path}/new`)
    expect((await watched).map(({ type }) => type)).toEqual(['ADDED', 'DELETED'])
  })

  test('a watch ends by itself when its time is over', async () => {
    const path = await some()
    const { body } = await subject.rest('GET', path)
    const from = `resourceVersion=${String(body.metadata?.['resourceVersion'])}`
    const { code, text } = await subject.rest('GET', `${path}?watch=1&${from}&timeoutSeconds=1`)
    expect([code, text]).toEqual([200, ''])
  })

  test('a version that is no number is refused', async () => {
    const path = await some()
    expect((await subject.rest('GET', `${path}?watch=1&resourceVersion=x`)).code).toBe(500)
  })

  test('a version that is not reached yet cannot be listed', async () => {
    const path = await some()
    const answer = await subject.rest(
      'GET',
      `${path}?resourceVersion=99999999&resourceVersionMatch=Exact`,
    )
    expect(answer.code).toBeGreaterThanOrEqual(400)
  })
}
