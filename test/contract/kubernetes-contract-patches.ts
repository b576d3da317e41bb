// The four kinds of patch, as far as Kindling or kubectl sends them.
import { expect, test } from 'vitest'
import type { RestAnswer } from './kubernetes-rest.ts'
import { idlePod, type KubernetesSubject } from './kubernetes-subject.ts'

const jsonPatch = 'application/json-patch+json'
const merge = 'application/merge-patch+json'
const strategic = 'application/strategic-merge-patch+json'
const apply = 'application/apply-patch+yaml'

const condition = (type: string, status: string) => ({ type, status })

export function patchTests(subject: KubernetesSubject): void {
  async function patched(type: string, body: unknown, data: object): Promise<RestAnswer> {
    const namespace = await subject.namespace()
    const path = `/api/v1/namespaces/${namespace}/configmaps`
    const object = { metadata: { name: 'a', labels: { l: 'x' } }, data }
    await subject.rest('POST', path, { body: object })
    return await subject.rest('PATCH', `${path}/a`, { type, body })
  }

  test.each([
    ['adds', [{ op: 'add', path: '/data/c', value: '3' }], { a: '1', b: '2', c: '3' }],
    ['replaces', [{ op: 'replace', path: '/data/a', value: '9' }], { a: '9', b: '2' }],
    ['removes', [{ op: 'remove', path: '/data/a' }], { b: '2' }],
    ['moves', [{ op: 'move', from: '/data/a', path: '/data/c' }], { b: '2', c: '1' }],
    ['copies', [{ op: 'copy', from: '/data/a', path: '/data/c' }], { a: '1', b: '2', c: '1' }],
    [
      'tests first',
      [
        { op: 'test', path: '/data/a', value: '1' },
        { op: 'remove', path: '/data/a' },
      ],
      { b: '2' },
    ],
  ])('a JSON patch %s', async (_what, body, data) => {
    const answer = await patched(jsonPatch, body, { a: '1', b: '2' })
    expect(answer.code).toBe(200)
    expect(answer.body['data']).toEqual(data)
  })

  test.each([
    ['that tests in vain', [{ op: 'test', path: '/data/a', value: 'other' }], 422],
    // A key that no ConfigMap takes, when it is read right.
    ['with an escaped key', [{ op: 'add', path: '/data/c~1d', value: '3' }], 422],
    ['that removes what is not there', [{ op: 'remove', path: '/data/none' }], 422],
    ['that is no list', { op: 'remove', path: '/data/a' }, 400],
    ['with an operation that is none', [{ op: 'shake', path: '/data/a' }], 422],
    ['that changes the name', [{ op: 'replace', path: '/metadata/name', value: 'b' }], 400],
  ])('a JSON patch %s is refused', async (_what, body, code) => {
    expect((await patched(jsonPatch, body, { a: '1' })).code).toBe(code)
  })

  test('a merge patch of null removes, of a list replaces', async () => {
    const body = { data: { a: null, c: '3' }, metadata: { labels: null } }
    const answer = await patched(merge, body, { a: '1', b: '2' })
    expect(answer.body['data']).toEqual({ b: '2', c: '3' })
    expect(answer.body.metadata).not.toHaveProperty('labels')
  })

  test('a merge patch that is no object is refused', async () => {
    expect((await patched(merge, [], { a: '1' })).code).toBe(400)
  })

  async function pod(): Promise<string> {
    const namespace = await subject.namespace()
    const path = `/api/v1/namespaces/${namespace}/pods`
    const env = [
      { name: 'x', value: '1' },
      { name: 'y', value: '1' },
    ]
    const containers = ['one', 'two'].map((name) => ({ name, image: `${name}:1`, env }))
    await subject.rest('POST', path, { body: idlePod(namespace, 'a', { containers }) })
    return `${path}/a`
  }

  test('a strategic merge finds containers by their name', async () => {
    const body = { spec: { containers: [{ name: 'two', image: 'two:2' }] } }
    const answer = await subject.rest('PATCH', await pod(), { type: strategic, body })
    expect(answer.body.spec?.['containers']).toMatchObject([
      { name: 'one', image: 'one:1' },
      { name: 'two', image: 'two:2' },
    ])
  })

  test('a merge patch replaces the containers whole, which a pod refuses', async () => {
    const body = { spec: { containers: [{ name: 'two', image: 'two:2' }] } }
    const answer = await subject.rest('PATCH', await pod(), { type: merge, body })
    expect(answer).toMatchObject({ code: 422, body: { reason: 'Invalid' } })
  })

  test('a strategic merge adds conditions by their type, and takes out what it says', async () => {
    const path = await pod()
    const change = (conditions: readonly object[]) =>
      subject.rest('PATCH', `${path}/status`, { type: strategic, body: { status: { conditions } } })
    await change([condition('kindling.dev/A', 'True'), condition('kindling.dev/B', 'True')])
    const changed = await change([
      condition('kindling.dev/B', 'False'),
      { $patch: 'delete', type: 'kindling.dev/A' },
    ])
    const { conditions } = changed.body.status as { conditions: { type: string; status: string }[] }
    const own = conditions.filter(({ type }) => type.startsWith('kindling.dev/'))
    expect(own).toMatchObject([condition('kindling.dev/B', 'False')])
  })

  test('owners are merged by uid', async () => {
    const path = await pod()
    const maps = path.replace(/pods.*/, 'configmaps')
    for (const name of ['a', 'b']) {
      const made = await subject.rest('POST', maps, { body: { metadata: { name } } })
      const each = { apiVersion: 'v1', kind: 'ConfigMap', name, uid: made.body.metadata?.['uid'] }
      const body = {
        metadata: { ownerReferences: [each], finalizers: [`kindling.dev/${each.name}`] },
      }
      await subject.rest('PATCH', path, { type: strategic, body })
    }
    const { body } = await subject.rest('GET', path)
    expect(body.metadata?.['ownerReferences']).toHaveLength(2)
    const finalizers = body.metadata?.['finalizers'] as string[]
    expect(finalizers.toSorted()).toEqual(['kindling.dev/a', 'kindling.dev/b'])
    await subject.rest('PATCH', path, { body: { metadata: { finalizers: null } } })
  })

  test('apply makes what is not there, changes it, and takes away what it no longer names', async () => {
    const namespace = await subject.namespace()
    const path = `/api/v1/namespaces/${namespace}/configmaps/a`
    const applied = (data: object, manager = 'one') =>
      subject.rest('PATCH', `${path}?fieldManager=${manager}`, {
        type: apply,
        body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data },
      })
    expect((await applied({ a: '1', b: '2' })).code).toBe(201)
    await subject.rest('PATCH', path, { body: { data: { other: '3' } } })
    const second = await applied({ a: '9' })
    expect(second.code).toBe(200)
    expect(second.body['data']).toEqual({ a: '9', other: '3' })
  })

  test('apply without a manager is refused', async () => {
    const namespace = await subject.namespace()
    const answer = await subject.rest('PATCH', `/api/v1/namespaces/${namespace}/configmaps/a`, {
      type: apply,
      body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } },
    })
    expect(answer.code).toBe(422)
  })
}
