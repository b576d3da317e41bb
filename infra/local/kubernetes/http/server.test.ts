// The wire face as bytes: what a client library hides, and what other clients than ours rely on.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CallError } from '../../../../shared/call-error.ts'
import { realClock } from '../../clock.ts'
import { kubernetesEngine } from '../engine.ts'
import { kubernetesServer, type KubernetesServer } from './server.ts'

interface Status {
  readonly kind: string
  readonly status: string
  readonly code: number
  readonly reason: string
  readonly message: string
  readonly details: {
    readonly name?: string
    readonly kind?: string
    readonly causes?: readonly unknown[]
  }
}

const clock = realClock(1)
let fault: CallError | undefined
const engine = kubernetesEngine({
  clock,
  bookmarkMs: 20,
  before: ({ user }) => {
    if (fault && user === 'unlucky') throw fault
  },
})
let server: KubernetesServer

beforeAll(async () => {
  server = await kubernetesServer(engine, clock, { withoutToken: 'system:admin' })
})
afterAll(async () => {
  await server.stop()
  engine.stop()
  clock.stop()
})

const maps = '/api/v1/namespaces/default/configmaps'

interface Sent {
  readonly type?: string
  readonly token?: string
}

async function send(
  method: string,
  path: string,
  body?: unknown,
  { type, token }: Sent = {},
): Promise<Response> {
  return await fetch(server.url + path, {
    method,
    headers: {
      'content-type': type ?? 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
}

async function json<T>(answer: Promise<Response>): Promise<T> {
  return (await (await answer).json()) as T
}

const map = (name: string, data: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
})

describe('refusals', () => {
  test.each([
    ['GET', `${maps}/none`, undefined, {}, 404, 'NotFound'],
    ['GET', '/apis/none.example.com/v1/things', undefined, {}, 404, 'NotFound'],
    ['GET', '/elsewhere', undefined, {}, 404, 'NotFound'],
    ['POST', maps, '{', {}, 400, 'BadRequest'],
    ['POST', maps, 'k8s', { type: 'application/vnd.kubernetes.protobuf' }, 400, 'BadRequest'],
    ['POST', `${maps}?dryRun=All`, map('a'), {}, 400, 'BadRequest'],
    ['POST', maps, { ...map('a'), kind: 'Secret' }, {}, 400, 'BadRequest'],
    [
      'POST',
      maps,
      { ...map('a'), metadata: { name: 'a', namespace: 'other' } },
      {},
      400,
      'BadRequest',
    ],
    ['POST', maps, map('Not_A_Name'), {}, 422, 'Invalid'],
    ['POST', '/api/v1/configmaps', map('a'), {}, 405, 'MethodNotAllowed'],
    ['PATCH', `${maps}/none`, {}, { type: 'application/merge-patch+json' }, 404, 'NotFound'],
    ['PATCH', `${maps}/none`, {}, { type: 'text/plain' }, 415, 'UnsupportedMediaType'],
    ['PUT', maps, map('a'), {}, 405, 'MethodNotAllowed'],
    ['OPTIONS', maps, undefined, {}, 405, 'MethodNotAllowed'],
    ['GET', `${maps}?labelSelector=a%20b`, undefined, {}, 400, 'BadRequest'],
    ['GET', `${maps}?continue=${'x'.repeat(20)}`, undefined, {}, 400, 'BadRequest'],
    ['GET', `${maps}?continue=e30`, undefined, {}, 410, 'Expired'],
  ])('%s %s is a Status', async (method, path, body, sent, code, reason) => {
    const answer = await send(method, path, body, sent)
    expect(answer.status).toBe(code)
    const status = (await answer.json()) as Status
    expect(status).toMatchObject({ kind: 'Status', status: 'Failure', code, reason })
    expect(status.message).not.toBe('')
  })

  test('details name the thing and the causes', async () => {
    const taken = await json<Status>(
      send('POST', maps, map('twice')).then(() => send('POST', maps, map('twice'))),
    )
    expect(taken).toMatchObject({
      reason: 'AlreadyExists',
      details: { name: 'twice', kind: 'configmaps' },
    })
    const wrong = await json<Status>(send('POST', maps, map('Not_A_Name')))
    expect(wrong.details.causes).toMatchObject([
      { field: 'metadata.name', reason: 'FieldValueInvalid' },
    ])
  })

  test('a body larger than an object may be is refused', async () => {
    const answer = await send('POST', maps, map('big', { x: 'x'.repeat(4 * 1024 * 1024) }))
    expect(answer.status).toBe(413)
  })

  test.each([
    [new CallError('rate', 'too many', { retryAfterMs: 3000 }), 429, '3'],
    [new CallError('unavailable', 'not now'), 503, null],
    [new CallError('denied', 'not you'), 403, null],
    [new CallError('conflict', 'not first'), 409, null],
  ])('an injected fault %s looks like the real one', async (error, code, retryAfter) => {
    fault = error
    const answer = await send('GET', maps, undefined, { token: 'unlucky' })
    fault = undefined
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([code, retryAfter])
    expect(await answer.json()).toMatchObject({ kind: 'Status', message: error.message })
  })

  test('a fault whose outcome is unknown cuts the connection', async () => {
    fault = new CallError('unknown-outcome', 'cut off')
    const cut = send('GET', maps, undefined, { token: 'unlucky' })
    await expect(cut).rejects.toThrow('fetch failed')
    fault = undefined
  })
})

const put = (name: string) => ({
  ...map(name, { a: '1', b: '2' }),
  metadata: { name, labels: { l: 'x' } },
})

const patched = async (name: string, type: string, body: unknown): Promise<unknown> => {
  await send('POST', maps, put(name))
  const { data } = await json<{ data?: unknown }>(send('PATCH', `${maps}/${name}`, body, { type }))
  return data
}

describe('changes', () => {
  test('merge, strategic merge and JSON patches', async () => {
    expect(
      await patched('merge', 'application/merge-patch+json', { data: { a: null, c: '3' } }),
    ).toEqual({ b: '2', c: '3' })
    expect(
      await patched('strategic', 'application/strategic-merge-patch+json', { data: { a: '9' } }),
    ).toEqual({ a: '9', b: '2' })
    const operations = [
      { op: 'test', path: '/data/a', value: '1' },
      { op: 'remove', path: '/data/a' },
      { op: 'add', path: '/data/c.d', value: '4' },
      { op: 'move', from: '/data/b', path: '/data/e' },
    ]
    expect(await patched('json', 'application/json-patch+json', operations)).toEqual({
      'c.d': '4',
      e: '2',
    })
  })

  test('a JSON patch that does not apply changes nothing', async () => {
    const operations = [
      { op: 'remove', path: '/data/a' },
      { op: 'test', path: '/data/b', value: 'other' },
    ]
    await send('POST', maps, put('untouched'))
    const type = 'application/json-patch+json'
    expect((await send('PATCH', `${maps}/untouched`, operations, { type })).status).toBe(422)
    const { data } = await json<{ data: unknown }>(send('GET', `${maps}/untouched`))
    expect(data).toEqual({ a: '1', b: '2' })
  })

  test('apply creates, and takes away what it no longer names', async () => {
    const type = 'application/apply-patch+yaml'
    const path = `${maps}/applied?fieldManager=test`
    const first = await send('PATCH', path, map('applied', { a: '1', b: '2' }), { type })
    expect(first.status).toBe(201)
    await send(
      'PATCH',
      `${maps}/applied`,
      { data: { other: '3' } },
      { type: 'application/merge-patch+json' },
    )
    const second = await send('PATCH', path, map('applied', { a: '9' }), { type })
    expect(await second.json()).toMatchObject({ data: { a: '9', other: '3' } })
    expect(
      (await send('GET', `${maps}/applied`).then((answer) => answer.text())).includes('"b"'),
    ).toBe(false)
  })

  test('a PUT replaces, unless its version is old', async () => {
    const first = await json<{ metadata: object; data: unknown }>(send('POST', maps, put('put')))
    const next = { ...first, data: { only: '1' } }
    const second = await json<{ data: unknown }>(send('PUT', `${maps}/put`, next))
    expect(second.data).toEqual({ only: '1' })
    expect((await send('PUT', `${maps}/put`, next)).status).toBe(409)
  })

  test('a delete answers a Status with the uid, or the object that is still there', async () => {
    const { metadata } = await json<{ metadata: { uid: string } }>(send('POST', maps, put('gone')))
    const gone = await json<Status>(send('DELETE', `${maps}/gone`))
    expect(gone).toMatchObject({ status: 'Success', details: { uid: metadata.uid } })
    const held = { ...map('held'), metadata: { name: 'held', finalizers: ['kindling.dev/test'] } }
    await send('POST', maps, held)
    const marked = await json<{ metadata: object }>(send('DELETE', `${maps}/held`))
    expect(marked.metadata).toHaveProperty('deletionTimestamp')
  })
})

async function lines(
  path: string,
  count: number,
): Promise<{ type: string; object: { metadata: { name?: string; annotations?: object } } }[]> {
  const controller = new AbortController()
  const answer = await fetch(server.url + path, { signal: controller.signal })
  let text = ''
  for await (const chunk of answer.body ?? []) {
    text += Buffer.from(chunk).toString()
    if (text.split('\n').length > count) break
  }
  controller.abort()
  return text
    .split('\n')
    .slice(0, count)
    .map((line) => JSON.parse(line) as { type: string; object: { metadata: object } })
}

describe('lists and watches', () => {
  test('items of built-in kinds come without their kind', async () => {
    await send('POST', maps, map('listed'))
    const list = await json<{ kind: string; items: object[] }>(
      send('GET', `${maps}?fieldSelector=metadata.name%3Dlisted`),
    )
    expect(list.kind).toBe('ConfigMapList')
    expect(list.items).toHaveLength(1)
    expect(list.items[0]).not.toHaveProperty('kind')
  })

  test('without a version what is there comes first', async () => {
    await send('POST', maps, map('first'))
    const [event] = await lines(`${maps}?watch=true&fieldSelector=metadata.name%3Dfirst`, 1)
    expect(event).toMatchObject({
      type: 'ADDED',
      object: { kind: 'ConfigMap', metadata: { name: 'first' } },
    })
  })

  test('initial events end with a bookmark that says so; others only when asked for', async () => {
    const none = 'labelSelector=none%3Dnone'
    const [end] = await lines(
      `${maps}?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&${none}`,
      1,
    )
    expect(end?.object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' })
    const [later] = await lines(
      `${maps}?watch=1&resourceVersion=${engine.api.version()}&allowWatchBookmarks=true&${none}`,
      1,
    )
    expect(later).toMatchObject({ type: 'BOOKMARK', object: { kind: 'ConfigMap' } })
  })

  test('a version that is too old is an ERROR event with a 410 Status', async () => {
    const [event] = await lines(`${maps}?watch=1&resourceVersion=1`, 1)
    expect(event).toMatchObject({
      type: 'ERROR',
      object: { kind: 'Status', code: 410, reason: 'Expired' },
    })
  })

  test('a reader that leaves takes its watch along', async () => {
    const before = engine.openWatches()
    await lines(
      `${maps}?watch=1&resourceVersion=${engine.api.version()}&allowWatchBookmarks=true`,
      1,
    )
    const until = clock.now() + 10_000
    while (engine.openWatches() > before && clock.now() < until) await clock.sleep(5)
    expect(engine.openWatches()).toBe(before)
  })
})

describe('discovery', () => {
  test.each([
    ['/version', { major: '1' }],
    ['/api', { kind: 'APIVersions', versions: ['v1'] }],
    ['/apis', { kind: 'APIGroupList' }],
    ['/apis/apps', { kind: 'APIGroup', name: 'apps' }],
    ['/api/v1', { kind: 'APIResourceList', groupVersion: 'v1' }],
    ['/apis/apps/v1', { kind: 'APIResourceList', groupVersion: 'apps/v1' }],
    ['/openapi/v3', { paths: { 'api/v1': { serverRelativeURL: '/openapi/v3/api/v1' } } }],
    ['/openapi/v3/apis/apps/v1', { openapi: '3.0.0' }],
  ])('%s is answered', async (path, expected) => {
    expect(await json(send('GET', path))).toMatchObject(expected)
  })

  test('it is ready, and says so', async () => {
    expect(await (await send('GET', '/readyz')).text()).toBe('ok')
  })
})
