// The client against servers that misbehave: each way to fail has its own kind, and nothing hangs.
import { describe, expect, test } from 'vitest'
import { against, clock, errorOf, failure, map, maps, ref } from '../../test/misbehaving-server.ts'
import { CallError } from '../call-error.ts'
import { kubernetesClient } from './kubernetes.ts'

describe('refusals', () => {
  test.each([
    [400, 'BadRequest', 'invalid', 'invalid'],
    [401, 'Unauthorized', 'denied', 'denied'],
    [403, 'Forbidden', 'denied', 'denied'],
    [409, 'AlreadyExists', 'exists', 'exists'],
    [409, 'Conflict', 'conflict', 'conflict'],
    [410, 'Gone', 'expired', 'expired'],
    [413, 'RequestEntityTooLarge', 'invalid', 'invalid'],
    [422, 'Invalid', 'invalid', 'invalid'],
    [429, 'TooManyRequests', 'rate', 'rate'],
    [500, 'InternalError', 'unavailable', 'unknown-outcome'],
    [503, 'ServiceUnavailable', 'unavailable', 'unavailable'],
    [504, 'Timeout', 'unavailable', 'unknown-outcome'],
  ])('%i %s is %s for reads, %s for writes', async (code, reason, read, write) => {
    const { kubernetes } = await against((_request, response) => {
      response.writeHead(code, { 'content-type': 'application/json' }).end(failure(code, reason))
    })
    expect((await errorOf(kubernetes.list(maps))).kind).toBe(read)
    expect((await errorOf(kubernetes.create(map))).kind).toBe(write)
  })

  test('Retry-After is handed on, and messages say what was called', async () => {
    const { kubernetes } = await against((_request, response) => {
      response
        .writeHead(429, { 'retry-after': '7' })
        .end(failure(429, 'TooManyRequests', 'slow down'))
    })
    const error = await errorOf(kubernetes.patch(ref, {}))
    expect([error.kind, error.retryAfterMs, error.message]).toEqual([
      'rate',
      7000,
      'patch ConfigMap a/x: slow down',
    ])
  })

  test('an answer that is not from the API server is told by its code', async () => {
    const { kubernetes } = await against((_request, response) => {
      response.writeHead(502, { 'content-type': 'text/html' }).end('<html>Bad Gateway</html>')
    })
    const error = await errorOf(kubernetes.list(maps))
    expect([error.kind, error.message]).toEqual([
      'unavailable',
      'list ConfigMap a: HTTP 502 <html>Bad Gateway</html>',
    ])
  })
})

test('a page of 404 says nothing of the object; the words of the API server do', async () => {
  const page = await against((_request, response) =>
    response.writeHead(404).end('<html>Not Found</html>'),
  )
  expect((await errorOf(page.kubernetes.get(ref))).kind).toBe('unavailable')
  expect((await errorOf(page.kubernetes.delete(ref))).kind).toBe('unknown-outcome')
  const own = await against((_request, response) =>
    response.writeHead(404).end('404 page not found\n'),
  )
  expect(await own.kubernetes.get(ref)).toBeUndefined()
  expect((await errorOf(own.kubernetes.delete(ref))).kind).toBe('not-found')
})

test('a success that is no JSON is no success', async () => {
  const { kubernetes } = await against((_request, response) => response.end('<html>Welcome</html>'))
  expect((await errorOf(kubernetes.list(maps))).kind).toBe('unavailable')
  expect((await errorOf(kubernetes.create(map))).kind).toBe('unknown-outcome')
})

describe('the network', () => {
  test('nobody listening: nothing was done', async () => {
    const { kubernetes, server } = await against(() => {})
    await new Promise((resolve) => server.close(resolve))
    expect((await errorOf(kubernetes.create(map))).kind).toBe('unavailable')
    expect((await errorOf(kubernetes.get(ref))).kind).toBe('unavailable')
  })

  test('no answer within the deadline: a write may have been done, a read has not', async () => {
    const { kubernetes } = await against(() => {})
    const write = await errorOf(kubernetes.create(map))
    expect(write.kind).toBe('unknown-outcome')
    expect(write.message).toMatch(
      /^create ConfigMap a\/x at 127\.0\.0\.1:\d+: no answer within 300 ms$/,
    )
    expect((await errorOf(kubernetes.get(ref))).kind).toBe('unavailable')
  })

  test('an answer cut off in the middle: the same', async () => {
    const { kubernetes } = await against((_request, response) => {
      response.writeHead(200, { 'content-length': '1000' })
      response.write('{')
      response.socket?.destroy()
    })
    expect((await errorOf(kubernetes.create(map))).kind).toBe('unknown-outcome')
    expect((await errorOf(kubernetes.get(ref))).kind).toBe('unavailable')
  })

  test('a kept connection that was closed meanwhile does not fail a read', async () => {
    const asked: string[] = []
    let dropsNext = false
    const { kubernetes } = await against((request, response) => {
      asked.push(request.url ?? '')
      if (dropsNext) {
        dropsNext = false
        request.socket.resetAndDestroy()
      } else response.end(JSON.stringify(map))
    })
    await kubernetes.get(ref)
    dropsNext = true
    expect(await kubernetes.get(ref)).toEqual(map)
    expect(asked).toHaveLength(3)
  })

  test('connections are kept', async () => {
    const sockets = new Set<unknown>()
    // It asks how many connections there are, not how fast 200 calls at once are on a busy machine.
    const patient = 10_000
    const { kubernetes } = await against(
      (request, response) => {
        sockets.add(request.socket)
        response.end(JSON.stringify(map))
      },
      undefined,
      patient,
    )
    for (let round = 0; round < 5; round++) await kubernetes.get(ref)
    expect(sockets.size).toBe(1)
    await Promise.all(Array.from({ length: 200 }, () => kubernetes.get(ref)))
    expect(sockets.size).toBeLessThanOrEqual(32)
  })

  test('a token is asked for with every call, and one that never comes does not hang it', async () => {
    const given: unknown[] = []
    let count = 0
    const { kubernetes } = await against(
      (request, response) => {
        given.push(request.headers.authorization)
        response.end(JSON.stringify(map))
      },
      () => (++count < 3 ? Promise.resolve(`token-${count}`) : new Promise(() => {})),
    )
    await kubernetes.get(ref)
    await kubernetes.get(ref)
    expect(given).toEqual(['Bearer token-1', 'Bearer token-2'])
    expect((await errorOf(kubernetes.create(map))).kind).toBe('unavailable')
  })

  test.each(['http://203.0.113.7', 'ftp://127.0.0.1', '::', 'https://'])(
    '%j is no server',
    (server) => {
      expect(() => kubernetesClient({ clock }).open({ server })).toThrow(CallError)
    },
  )

  test('a name or namespace that is missing never becomes a call on everything', async () => {
    let asked = 0
    const { kubernetes } = await against((_request, response) => {
      asked++
      response.end('{}')
    })
    const { name: _name, ...nameless } = ref
    expect((await errorOf(kubernetes.delete({ ...nameless, name: '' }))).kind).toBe('invalid')
    expect(
      (await errorOf(kubernetes.delete({ apiVersion: 'v1', kind: 'ConfigMap', name: 'x' }))).kind,
    ).toBe('invalid')
    expect(asked).toBe(0)
  })
})

describe('kinds', () => {
  test('lists of built-in kinds get back what their items leave out', async () => {
    const { kubernetes } = await against((_request, response) => {
      response.end(
        JSON.stringify({ metadata: { resourceVersion: '5' }, items: [{ metadata: map.metadata }] }),
      )
    })
    expect((await kubernetes.list(maps)).items).toEqual([map])
  })

  test('a kind that is not in the table is looked up once', async () => {
    const asked: string[] = []
    const resources = [
      { kind: 'Widget', name: 'widgets/status', namespaced: true },
      { kind: 'Widget', name: 'widgets', namespaced: true },
    ]
    const { kubernetes } = await against((request, response) => {
      asked.push(request.url ?? '')
      response.end(JSON.stringify(request.url === '/apis/x.dev/v1' ? { resources } : map))
    })
    const widget = { apiVersion: 'x.dev/v1', kind: 'Widget', namespace: 'a', name: 'x' }
    await kubernetes.get(widget)
    await kubernetes.get(widget)
    const path = '/apis/x.dev/v1/namespaces/a/widgets/x'
    expect(asked).toEqual(['/apis/x.dev/v1', path, path])
  })
})
