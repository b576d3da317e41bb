// The front door between the production client and an API server, which here answers as each test likes.
import { createServer, type RequestListener } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CallError } from '../../shared/call-error.ts'
import { type KubernetesClient, kubernetesClient } from '../../shared/clients/kubernetes.ts'
import { realClock } from '../local/clock.ts'
import { listenOnLoopback } from '../local/loopback/listen.ts'
import { openFrontDoor } from './front-door.ts'

const clock = realClock()
const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'a', name: 'x' }
const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'a' } }
const ends: (() => Promise<void>)[] = []
let client: KubernetesClient

beforeEach(() => {
  client = kubernetesClient({ clock })
})
afterEach(async () => {
  client.close()
  for (const end of ends.splice(0)) await end()
})

async function through(
  upstream: RequestListener,
  { user = 'me@acme', before = () => {} }: { user?: string; before?: () => void } = {},
) {
  const server = await listenOnLoopback(createServer(upstream))
  const door = await openFrontDoor({
    upstream: { server: `http://127.0.0.1:${server.port}`, token: async () => 'door' },
    groups: ['granted'],
    before,
  })
  ends.push(
    () => door.stop(),
    () => server.close(),
  )
  return client.open({ server: `http://${door.endpoint}`, token: async () => user })
}

const refuse = (): never => {
  throw new CallError('rate', 'too many')
}

const kindOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'done',
    (error: unknown) => (error instanceof CallError ? error.kind : String(error)),
  )

test('calls go on under the name of who called, with the rights of those let in', async () => {
  let heard: NodeJS.Dict<string | string[]> = {}
  const kubernetes = await through((request, response) => {
    heard = request.headers
    response.end(JSON.stringify(map))
  })
  expect(await kubernetes.get(ref)).toEqual(map)
  expect(heard).toMatchObject({
    authorization: 'Bearer door',
    'impersonate-user': 'me@acme',
    'impersonate-group': 'granted, system:authenticated',
  })
})

test('nobody from outside is one of the system', async () => {
  let asked = 0
  const kubernetes = await through(() => asked++, { user: 'system:masters' })
  expect(await kindOf(kubernetes.get(ref))).toBe('denied')
  expect(asked).toBe(0)
})

test('a refusal on the way in is told in the terms of the API', async () => {
  const kubernetes = await through((_, response) => response.end('{}'), { before: refuse })
  expect(await kindOf(kubernetes.create(map))).toBe('rate')
})

describe('where the API server is lost', () => {
  test('a read is unavailable, and of a write nobody knows', async () => {
    const kubernetes = await through((request) => request.socket.destroy())
    expect(await kindOf(kubernetes.get(ref))).toBe('unavailable')
    expect(await kindOf(kubernetes.create(map))).toBe('unknown-outcome')
  })

  test('a watch that is torn does not look as if it had ended', async () => {
    const line = JSON.stringify({ type: 'ADDED', object: map })
    const kubernetes = await through((_, response) => {
      response.write(`${line}\n`, () => response.socket?.destroy())
    })
    const seen: string[] = []
    const watch = async (): Promise<void> => {
      const { signal } = new AbortController()
      for await (const event of kubernetes.watch(ref, { resourceVersion: '1', signal }))
        seen.push(event.type)
    }
    expect(await kindOf(watch())).toBe('unavailable')
    expect(seen).toEqual(['ADDED'])
  })
})
