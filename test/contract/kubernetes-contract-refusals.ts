// Refusals as they are on the wire: a code, and a Status that says why and of what.
import { expect, test } from 'vitest'
import type { RestCall } from './kubernetes-rest.ts'
import { type KubernetesSubject } from './kubernetes-subject.ts'

const maps = '/api/v1/namespaces/default/configmaps'
const map = (name: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  ...more,
})

type Refused = readonly [
  what: string,
  method: string,
  path: string,
  call: RestCall,
  code: number,
  reason: string,
]

const refused: readonly Refused[] = [
  ['an object that is not there', 'GET', `${maps}/none`, {}, 404, 'NotFound'],
  ['a deletion of what is not there', 'DELETE', `${maps}/none`, {}, 404, 'NotFound'],
  ['a patch of what is not there', 'PATCH', `${maps}/none`, { body: {} }, 404, 'NotFound'],
  ['a kind that is not served', 'GET', '/api/v1/nothings', {}, 404, 'NotFound'],
  ['a body that is no JSON', 'POST', maps, { body: '{' }, 400, 'BadRequest'],
  [
    'a body of another kind',
    'POST',
    maps,
    { body: { ...map('a'), kind: 'Secret' } },
    400,
    'BadRequest',
  ],
  [
    'a body of another namespace',
    'POST',
    maps,
    { body: { ...map('a'), metadata: { name: 'a', namespace: 'other' } } },
    400,
    'BadRequest',
  ],
  ['a replacement of another name', 'PUT', `${maps}/a`, { body: map('b') }, 400, 'BadRequest'],
  ['a name that is none', 'POST', maps, { body: map('Not_A_Name') }, 422, 'Invalid'],
  [
    'an object without a name',
    'POST',
    maps,
    { body: { ...map('a'), metadata: {} } },
    422,
    'Invalid',
  ],
  [
    'a create that names a version',
    'POST',
    maps,
    { body: { ...map('a'), metadata: { name: 'a', resourceVersion: '5' } } },
    500,
    '',
  ],
  [
    'a create in all namespaces',
    'POST',
    '/api/v1/configmaps',
    { body: map('a') },
    405,
    'MethodNotAllowed',
  ],
  ['a replacement of a collection', 'PUT', maps, { body: map('a') }, 405, 'MethodNotAllowed'],
  ['a create at an object', 'POST', `${maps}/a`, { body: map('a') }, 405, 'MethodNotAllowed'],
  [
    'a patch of an unknown type',
    'PATCH',
    `${maps}/none`,
    { body: {}, type: 'text/plain' },
    415,
    'UnsupportedMediaType',
  ],
  ['a label selector that is none', 'GET', `${maps}?labelSelector=a%20b`, {}, 400, 'BadRequest'],
  ['a field selector that is none', 'GET', `${maps}?fieldSelector=a`, {}, 400, 'BadRequest'],
  [
    'a field that cannot be selected by',
    'GET',
    `${maps}?fieldSelector=data.x%3D1`,
    {},
    400,
    'BadRequest',
  ],
  ['a continue token that is none', 'GET', `${maps}?continue=x`, {}, 400, 'BadRequest'],
  ['the status of a kind without', 'GET', `${maps}/none/status`, {}, 404, 'NotFound'],
  [
    'a subresource that is none',
    'GET',
    '/api/v1/namespaces/default/pods/a/nothing',
    {},
    404,
    'NotFound',
  ],
  [
    'a label that is none',
    'POST',
    maps,
    { body: { ...map('a'), metadata: { name: 'a', labels: { a: 'b c' } } } },
    422,
    'Invalid',
  ],
  [
    'annotations that are too large',
    'POST',
    maps,
    { body: { ...map('a'), metadata: { name: 'a', annotations: { a: 'x'.repeat(300_000) } } } },
    422,
    'Invalid',
  ],
  [
    'a finalizer that has no domain',
    'POST',
    maps,
    { body: { ...map('a'), metadata: { name: 'a', finalizers: ['plain'] } } },
    422,
    'Invalid',
  ],
  [
    'data of another type',
    'POST',
    maps,
    { body: { ...map('a'), data: { x: 1 } } },
    400,
    'BadRequest',
  ],
  [
    'a key of data that is none',
    'POST',
    maps,
    { body: { ...map('a'), data: { 'a/b': '1' } } },
    422,
    'Invalid',
  ],
  [
    'a propagation that is none',
    'DELETE',
    `${maps}/none`,
    { body: { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Sideways' } },
    422,
    'Invalid',
  ],
  [
    'deletion of a namespace that a cluster needs',
    'DELETE',
    '/api/v1/namespaces/kube-system',
    {},
    403,
    'Forbidden',
  ],
]

export function refusalTests(subject: KubernetesSubject): void {
  test.each(refused)(
    '%s is refused as a Status',
    async (_what, method, path, call, code, reason) => {
      const { body, ...answer } = await subject.rest(method, path, call)
      expect([answer.code, body['reason'] ?? '']).toEqual([code, reason])
      expect(body).toMatchObject({ kind: 'Status', status: 'Failure', code })
    },
  )

  test('details name the thing: core kinds by their plural, others by their group too', async () => {
    const none = await subject.rest('GET', `${maps}/none`)
    expect(none.body).toMatchObject({
      message: 'configmaps "none" not found',
      details: { name: 'none', kind: 'configmaps' },
    })
    const apps = await subject.rest('GET', '/apis/apps/v1/namespaces/default/deployments/none')
    expect(apps.body).toMatchObject({
      message: 'deployments.apps "none" not found',
      details: { name: 'none', group: 'apps', kind: 'deployments' },
    })
  })

  test('what exists already is told by its reason', async () => {
    const name = subject.unique('twice')
    await subject.rest('POST', maps, { body: map(name) })
    const again = await subject.rest('POST', maps, { body: map(name) })
    expect(again).toMatchObject({ code: 409, body: { reason: 'AlreadyExists', details: { name } } })
    await subject.rest('DELETE', `${maps}/${name}`)
  })

  test('what is invalid names each field', async () => {
    const wrong = await subject.rest('POST', maps, { body: map('Not_A_Name') })
    expect(wrong.body['details']).toMatchObject({
      name: 'Not_A_Name',
      kind: 'ConfigMap',
      causes: [{ reason: 'FieldValueInvalid', field: 'metadata.name' }],
    })
  })

  test('a replacement of another life is a conflict, a patch of one invalid', async () => {
    const name = subject.unique('life')
    await subject.rest('POST', maps, { body: map(name) })
    const other = { ...map(name), metadata: { name, uid: 'another' } }
    const put = await subject.rest('PUT', `${maps}/${name}`, { body: other })
    expect(put).toMatchObject({ code: 409, body: { reason: 'Conflict' } })
    const patch = await subject.rest('PATCH', `${maps}/${name}`, { body: other })
    expect(patch).toMatchObject({ code: 422, body: { reason: 'Invalid' } })
    await subject.rest('DELETE', `${maps}/${name}`)
  })
}
