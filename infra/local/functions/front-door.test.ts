import { createServer, type IncomingHttpHeaders, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import type { FunctionRow } from '../../../functions/manifest.ts'
import { realClock } from '../clock.ts'
import { openFrontDoor } from './front-door.ts'
import { functionCaller, type FunctionRequest } from './function-call.ts'

const row = (on: FunctionRow['on']): FunctionRow => ({
  on,
  timeoutS: 60,
  concurrency: 1,
  retry: { minS: 10, maxS: 600 },
  can: [],
})
const rows = {
  greet: row({ is: 'topic', topic: 'greetings' }),
  report: row({ is: 'topics', prefix: 'reports-' }),
  wake: row({ is: 'created', documents: ['a/*'] }),
  ask: row({ is: 'http' }),
}

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

interface Seen {
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** A function's server that answers what it is told to, and keeps what it was sent. */
async function standIn(answer: { status: number; body?: string } = { status: 204 }) {
  const seen: Seen[] = []
  const connections = new Set<number>()
  const server = createServer((request, response) => {
    connections.add(request.socket.remotePort ?? 0)
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      seen.push({ url: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) })
      response.writeHead(answer.status, { 'content-type': 'text/plain' }).end(answer.body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  ends.push(() => {
    server.close()
    server.closeAllConnections()
  })
  return { seen, connections, port: (server.address() as AddressInfo).port }
}

async function openDoor(ports: Record<string, number>, limitMs = 5000, parallel = 5) {
  const clock = realClock()
  const servers = Object.entries(ports).map(
    ([name, port]) => [name, { port, parallel, limitMs }] as const,
  )
  const caller = functionCaller(clock, new Map(servers))
  const events: { key: string; event: FunctionRequest }[] = []
  const door = await openFrontDoor({
    project: 'demo',
    port: 0,
    rows,
    call: caller.call,
    trigger(key, event) {
      events.push({ key, event })
      return key === 'wake-0'
    },
    counts: async () => ({ invocations: 3 }),
  })
  ends.push(() => {
    door.close()
    caller.close()
    clock.stop()
  })
  const url = `http://127.0.0.1:${door.port}`
  const post = (path: string, body: Uint8Array<ArrayBuffer> | string = '{}', headers = {}) =>
    fetch(url + path, { method: 'POST', body, headers })
  return { door, events, post, get: (path: string) => fetch(url + path) }
}

describe('a push', () => {
  test('is passed on byte for byte, with the path and query behind its function', async () => {
    const { seen, port } = await standIn()
    const { post } = await openDoor({ greet: port })
    const bytes = Uint8Array.from([0, 255, 128, 10, 13, 200])
    const target = '/projects/demo/topics/greetings?mode=a%2Fb'
    const headers = { 'content-type': 'application/json', traceparent: '00-a', 'x-other': 'no' }
    expect((await post(`/push/greet${target}`, bytes, headers)).status).toBe(204)
    expect(seen).toMatchObject([
      { url: target, headers: { 'content-type': 'application/json', traceparent: '00-a' } },
    ])
    expect(seen[0]?.body).toEqual(Buffer.from(bytes))
    expect(seen[0]?.headers['x-other']).toBeUndefined()
  })

  test("is answered with the function's own status, so that Pub/Sub sends it again", async () => {
    const { port } = await standIn({ status: 500, body: 'no' })
    const { post } = await openDoor({ report: port })
    const answer = await post('/push/report/projects/demo/topics/reports-a')
    expect([answer.status, await answer.text()]).toEqual([500, 'no'])
  })

  test('goes over a connection that is kept', async () => {
    const { connections, seen, port } = await standIn()
    const { post } = await openDoor({ greet: port })
    for (let count = 0; count < 3; count++) await post('/push/greet/x')
    expect([seen.length, connections.size]).toEqual([3, 1])
  })

  test('to a function that does not answer in time, or refuses, is 502', async () => {
    const mute = createServer(() => {})
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
    ends.push(() => mute.close().closeAllConnections())
    const gone = createServer()
    await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve))
    const gonePort = (gone.address() as AddressInfo).port
    await new Promise((resolve) => gone.close(resolve))
    const ports = { greet: (mute.address() as AddressInfo).port, report: gonePort }
    const { post } = await openDoor(ports, 50)
    const late = await post('/push/greet/x')
    expect([late.status, await late.text()]).toEqual([
      502,
      expect.stringContaining('no answer within 50 ms'),
    ])
    expect((await post('/push/report/x')).status).toBe(502)
  })
})

describe('a document event', () => {
  test('is answered 204 and handed over with its body untouched', async () => {
    const { post, events } = await openDoor({})
    const headers = { 'ce-subject': 'documents/a/1', 'content-type': 'application/protobuf' }
    const answer = await post('/functions/projects/demo/triggers/wake-0', 'CgQBAgME', headers)
    expect(answer.status).toBe(204)
    expect(events).toMatchObject([{ key: 'wake-0', event: { headers } }])
    expect(events[0]?.event.body.toString()).toBe('CgQBAgME')
  })

  test('of another project, or for no trigger, is 404', async () => {
    const { post } = await openDoor({})
    expect((await post('/functions/projects/other/triggers/wake-0')).status).toBe(404)
    expect((await post('/functions/projects/demo/triggers/none-0')).status).toBe(404)
  })
})

describe('everything else', () => {
  test('an http function can be called, and only such a one', async () => {
    const { seen, port } = await standIn({ status: 400, body: 'what?' })
    const { post } = await openDoor({ ask: port, greet: port })
    expect((await post('/call/ask', '{"a":1}')).status).toBe(400)
    expect(seen[0]?.body.toString()).toBe('{"a":1}')
    const wrong = ['/call/greet', '/call/none', '/push/ask/x', '/push/wake/x', '/push/']
    const answers = await Promise.all(wrong.map((path) => post(path)))
    expect(answers.map(({ status }) => status)).toEqual(wrong.map(() => 404))
  })

  test('health and counts', async () => {
    const { get } = await openDoor({})
    expect(await (await get('/healthz')).json()).toEqual({ ok: true })
    expect(await (await get('/counts')).json()).toEqual({ invocations: 3 })
    expect((await get('/nothing')).status).toBe(404)
    expect((await get('/push/greet/x')).status).toBe(405)
  })

  test('what a web page sends is refused', async () => {
    const { post, door } = await openDoor({})
    expect((await post('/call/ask', '{}', { origin: 'http://evil.example' })).status).toBe(403)
    const rebound = await new Promise<number | undefined>((resolve) => {
      const headers = { host: 'evil.example' }
      const options = { host: '127.0.0.1', port: door.port, path: '/healthz', headers }
      request(options, ({ statusCode }) => resolve(statusCode)).end()
    })
    expect(rebound).toBe(403)
  })

  test('once shut, everything is asked to come again', async () => {
    const { door, post } = await openDoor({})
    door.shut()
    expect((await post('/functions/projects/demo/triggers/wake-0')).status).toBe(503)
  })

  test('a taken port is an error', async () => {
    const { door } = await openDoor({})
    const again = openFrontDoor({
      project: 'demo',
      port: door.port,
      rows,
      call: () => Promise.reject(new Error('never')),
      trigger: () => false,
      counts: async () => ({}),
    })
    await expect(again).rejects.toThrow('EADDRINUSE')
  })
})

test('no more calls of a function run at a time than its instances take', async () => {
  let running = 0
  let most = 0
  const clock = realClock()
  const server = createServer((_, response) => {
    most = Math.max(most, ++running)
    clock.after(5, () => {
      running--
      response.writeHead(204).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  ends.push(() => server.close().closeAllConnections())
  const { post } = await openDoor({ greet: (server.address() as AddressInfo).port }, 5000, 2)
  const statuses = await Promise.all(
    Array.from({ length: 8 }, async () => (await post('/push/greet/x')).status),
  )
  expect(statuses).toEqual(Array.from({ length: 8 }, () => 204))
  expect(most).toBe(2)
})
